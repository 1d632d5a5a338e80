import { safeText, type SpoolEvent, type SpoolListener } from '../spool.events.js';
import type { DropReason } from '../spool.stats.js';

/** An outage of ten minutes makes six lines: two of them and four of these. */
const SUMMARY_MILLIS = 120_000;
const DROPS_OVER_MILLIS = 60_000;

interface Outage {
  readonly began: number;
  /** Destinations that fail; it is over when none is left. */
  readonly failing: Set<object>;
  toldAt: number;
}

interface Drops {
  records: number;
  lastAt: number;
}

/** Tells what an operator has to know: that something begins, that it goes on, that it is over. */
export class Announcer {
  readonly #listener: SpoolListener;
  readonly #waiting: () => number;
  readonly #now: () => number;
  readonly #drops = new Map<DropReason, Drops>();
  #outage: Outage | undefined;

  constructor(listener: SpoolListener, waiting: () => number, now: () => number = () => performance.now()) {
    this.#listener = listener;
    this.#waiting = waiting;
    this.#now = now;
  }

  get isOutage(): boolean {
    return this.#outage !== undefined;
  }

  failed(destination: object, reason: string): void {
    const now = this.#now();
    if (this.#outage === undefined) {
      this.#outage = { began: now, failing: new Set(), toldAt: now };
      this.say({ type: 'outage-began', reason: safeText(reason) });
    }
    this.#outage.failing.add(destination);
  }

  succeeded(destination: object): void {
    if (this.#outage === undefined) return;
    this.#outage.failing.delete(destination);
    if (this.#outage.failing.size > 0) return;
    this.say({ type: 'outage-ended', millis: this.#lasted(this.#outage), waiting: this.#waiting() });
    this.#outage = undefined;
  }

  dropped(reason: DropReason, records: number, detail = ''): void {
    const known = this.#drops.get(reason);
    if (known === undefined) {
      this.#drops.set(reason, { records, lastAt: this.#now() });
      this.say({ type: 'drops-began', reason, detail: safeText(detail) });
      return;
    }
    known.records += records;
    known.lastAt = this.#now();
  }

  /** Says what goes on, and what is over. */
  tick(): void {
    const now = this.#now();
    if (this.#outage !== undefined && now - this.#outage.toldAt >= SUMMARY_MILLIS) {
      this.#outage.toldAt = now;
      this.say({ type: 'outage-continues', millis: this.#lasted(this.#outage), waiting: this.#waiting() });
    }
    for (const [reason, { lastAt }] of this.#drops) {
      if (now - lastAt >= DROPS_OVER_MILLIS) this.#endDrops(reason);
    }
  }

  /** Gives the numbers of what is not over yet. */
  close(): void {
    for (const reason of this.#drops.keys()) this.#endDrops(reason);
  }

  say(event: SpoolEvent): void {
    try {
      this.#listener(event);
    } catch {
      // A listener that fails must not stop delivery.
    }
  }

  #endDrops(reason: DropReason): void {
    const records = this.#drops.get(reason)?.records ?? 0;
    this.#drops.delete(reason);
    this.say({ type: 'drops-ended', reason, records });
  }

  #lasted({ began }: Outage): number {
    return Math.round(this.#now() - began);
  }
}
