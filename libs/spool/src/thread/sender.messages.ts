import type { SpoolEvent } from '../spool.events.js';
import type { SpoolSettings } from '../spool.options.js';
import type { StoreDescription } from '../store/spool.store.js';

/** What a sender thread is started with. */
export interface SenderData {
  readonly settings: SpoolSettings;
  readonly counters: SharedArrayBuffer;
  readonly stores: readonly StoreDescription[];
}

export type ToSender =
  { readonly type: 'store'; readonly store: StoreDescription } | { readonly type: 'nudge' | 'close' };

export type FromSender =
  | { readonly type: 'ready' }
  | { readonly type: 'event'; readonly event: SpoolEvent }
  | { readonly type: 'finished'; readonly path: string }
  | { readonly type: 'closed'; readonly isDrained: boolean };
