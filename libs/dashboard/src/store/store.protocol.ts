import type { Signal } from '@nest-telemetry/otlp';
import type { StoreOptions } from './store.js';
import type { QueryName, QueryParameters } from '../query/queries.js';

/** What the thread of the store is asked. */
export type StoreRequest =
  | {
      readonly id: number;
      readonly kind: 'ingest';
      readonly signal: Signal;
      readonly encoding: 'protobuf' | 'json';
      readonly bytes: Uint8Array;
    }
  | {
      readonly id: number;
      /** With `json` the answer is text already, so that the thread which serves has nothing to do but send it. */
      readonly kind: 'query' | 'json';
      readonly name: QueryName;
      readonly parameters: QueryParameters<QueryName>;
    }
  | { readonly id: number; readonly kind: 'open' | 'close' };

/** What it answers: to a request, by its id. */
export type StoreAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

/** How the thread is started. */
export type StoreWorkerData = StoreOptions;
