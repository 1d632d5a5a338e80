import type { LocalTrace } from './local.trace.js';

/** The traces that are under way here, that wait for their caller, and that are decided and wait for their last spans. */
export class LocalTraces {
  /** By id, the oldest first. */
  readonly #all = new Map<string, LocalTrace>();
  /** Those that wait for their caller: until when. The first to be given up come first. */
  readonly #held = new Map<string, number>();

  get size(): number {
    return this.#all.size;
  }

  get(traceId: string): LocalTrace | undefined {
    return this.#all.get(traceId);
  }

  /** In the place of the one with the same id, if there is one. */
  add(trace: LocalTrace): void {
    this.#all.delete(trace.traceId);
    this.#all.set(trace.traceId, trace);
  }

  delete(traceId: string): void {
    this.#all.delete(traceId);
    this.#held.delete(traceId);
  }

  hold(traceId: string, until: number): void {
    this.#held.set(traceId, until);
  }

  isHeld(traceId: string): boolean {
    return this.#held.has(traceId);
  }

  /** It waits no longer. */
  resume(traceId: string): void {
    this.#held.delete(traceId);
  }

  all(): Iterable<LocalTrace> {
    return this.#all.values();
  }

  /** Those that have waited for their caller long enough. */
  *overdue(now: number): Generator<LocalTrace> {
    for (const [traceId, until] of this.#held) {
      if (until > now) return;
      const trace = this.#all.get(traceId);
      if (trace !== undefined) yield trace;
    }
  }

  /** Those that are older than this, the oldest first. */
  *startedBefore(time: number): Generator<LocalTrace> {
    for (const trace of this.#all.values()) {
      if (trace.startedAt > time) return;
      yield trace;
    }
  }

  /** Which to give up first: those that only wait for their caller, then the oldest. */
  first(isOffered: (trace: LocalTrace) => boolean): LocalTrace | undefined {
    for (const traceId of this.#held.keys()) return this.#all.get(traceId);
    for (const trace of this.#all.values()) if (isOffered(trace)) return trace;
    return undefined;
  }
}
