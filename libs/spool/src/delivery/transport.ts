import type { Signal } from '@nest-telemetry/otlp';
import type { ResolvedDestination } from '../spool.options.js';
import type { Answer } from './answer.js';

/** Sends export requests to one destination, one at a time. */
export interface Transport {
  /** Never rejects, and has an answer within the time limit of the destination. */
  send(request: Uint8Array): Promise<Answer>;
  /** Cuts off what is under way. */
  close(): void;
}

export interface TransportSettings {
  readonly signal: Signal;
  readonly destination: ResolvedDestination;
  /** Whether a request under way keeps the process alive. */
  readonly holdsProcess: boolean;
}
