import type { Verdict } from './keep.policy.js';

/** What made a decision come early. */
export type EvictionReason = 'max_traces' | 'max_spans_per_trace' | 'max_spans' | 'max_age' | 'shutdown';

/** What became of the traces that were held back. */
export class TailCounts {
  readonly decided = new Map<Verdict['reason'], number>();
  readonly evicted = new Map<EvictionReason, number>();
  /** Spans that are held back. */
  waiting = 0;

  decide(reason: Verdict['reason']): void {
    this.decided.set(reason, (this.decided.get(reason) ?? 0) + 1);
  }

  evict(reason: EvictionReason): void {
    this.evicted.set(reason, (this.evicted.get(reason) ?? 0) + 1);
  }
}
