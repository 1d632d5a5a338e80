import { type Signal, wrapFramed } from '@nest-telemetry/otlp';
import type { RecordGroup } from '../record/group.js';
import type { SpoolSettings } from '../spool.options.js';
import type { Counters, DropReason } from '../spool.stats.js';
import { Alarm } from './alarm.js';
import type { Announcer } from './announcer.js';
import type { Answer } from './answer.js';
import { Backoff } from './backoff.js';
import type { Batch, BatchLimits, RecordSource } from './record.source.js';
import type { Transport } from './transport.js';

/** What a loop needs of those around it. */
export interface LoopParts {
  readonly signal: Signal;
  readonly source: RecordSource;
  readonly transport: Transport;
  readonly settings: Pick<SpoolSettings, 'batch' | 'retry'>;
  readonly counters: Counters;
  readonly announcer: Announcer;
  /** Whether its pauses keep the process alive. */
  readonly holdsProcess: boolean;
}

/** After so many records in a row that were refused alone it is not the records. */
const FRUITLESS = 3;
const NOTHING: ReadonlySet<object> = new Set();

/**
 * Delivers one signal by the rules of OTLP: one request at a time, the oldest records first, again while it may work
 * later, never again otherwise. While requests fail, the next one is the probe: nothing is sent beside it.
 *
 * When the receiver refuses a batch, the record it means is looked for by halves, so that its neighbours arrive.
 */
export class DestinationLoop {
  readonly #parts: LoopParts;
  readonly #backoff: Backoff;
  readonly #alarm: Alarm;
  /** The records at the front of an origin among which one is refused. */
  #suspects: { readonly origin: object; readonly records: number } | undefined;
  #fruitless = 0;
  #notBefore = 0;
  #isPostponed = false;
  #isClosing = false;
  #isStopped = false;

  constructor(parts: LoopParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.settings.retry);
    this.#alarm = new Alarm(parts.holdsProcess);
  }

  /** Delivers until it is stopped, or until a last pass when it is closed. Never rejects. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      // Whatever came before it was closed gets a pass that begins afterwards.
      const isLast = this.#isClosing;
      const pause = await this.#pass();
      if (isLast) break;
      if (!this.#isClosing) await this.#alarm.sleep(pause, this.#arrival());
      // What the server asked for holds at the end as well.
      if (this.#isClosing && performance.now() < this.#notBefore) break;
    }
    this.#parts.transport.close();
  }

  /** Has everything that waits delivered now, up to the first failure. */
  close(): void {
    this.#isClosing = true;
    this.#alarm.ring();
  }

  /** Looks for records now, unless the last request failed: then the pause goes on. */
  nudge(): void {
    if (!this.#isPostponed) this.#alarm.ring();
  }

  /** Cuts off what is under way. */
  stop(): void {
    this.#isStopped = true;
    this.#parts.transport.close();
    this.close();
  }

  /** Sends what waits and returns how long to pause, in milliseconds. */
  async #pass(): Promise<number> {
    const { signal, source, transport, settings } = this.#parts;
    const seen = new Set<object>();
    while (!this.#isStopped) {
      const batch = source.take(signal, this.#limits(), this.#isClosing ? NOTHING : seen);
      if (batch === undefined) break;
      const answer = await transport.send(toRequest(batch));
      if (answer.kind === 'later' || this.#isStopped) {
        source.giveBack(batch);
        return this.#isStopped ? 0 : this.#postpone(answer);
      }
      this.#isPostponed = false;
      this.#backoff.reset();
      this.#parts.announcer.succeeded(this);
      this.#tellOutage();
      if (answer.kind === 'taken') this.#delivered(batch, answer);
      else this.#refused(batch, answer);
      // What came in meanwhile waits until it is worth a request.
      if (!batch.isFull) seen.add(batch.origin);
    }
    return settings.batch.delayMillis;
  }

  /** With nothing to do there is nothing to look for either. */
  #arrival(): Promise<unknown> | undefined {
    const { signal, source } = this.#parts;
    return this.#isPostponed ? undefined : source.arrival?.(signal);
  }

  #limits(): BatchLimits {
    const { maxRecords, maxBytes } = this.#parts.settings.batch;
    if (this.#suspects === undefined) return { maxRecords, maxBytes };
    return { maxRecords: Math.max(1, Math.ceil(this.#suspects.records / 2)), maxBytes };
  }

  #postpone(answer: Answer): number {
    const { signal, counters, announcer } = this.#parts;
    const { reason, afterMillis } = answer as Extract<Answer, { kind: 'later' }>;
    this.#isPostponed = true;
    counters.add(signal, 'retried', 1);
    announcer.failed(this, reason);
    this.#tellOutage();
    const pause = this.#backoff.next(afterMillis);
    this.#notBefore = afterMillis === undefined ? 0 : performance.now() + pause;
    return pause;
  }

  /** At once, for whoever waits for delivery. */
  #tellOutage(): void {
    const { announcer, counters } = this.#parts;
    counters.setGauge('outage', announcer.isOutage ? 1 : 0);
  }

  #delivered(batch: Batch, { rejected, detail }: Extract<Answer, { kind: 'taken' }>): void {
    const { signal, source, counters } = this.#parts;
    const { count } = batch;
    const lost = Math.min(count, Math.max(0, rejected));
    source.settle(batch);
    counters.add(signal, 'sent', count - lost);
    if (lost > 0) this.#drop('rejected', lost, detail);
    this.#fruitless = 0;
    this.#clear(batch);
  }

  #refused(batch: Batch, { reason, isDivisible }: Extract<Answer, { kind: 'never' }>): void {
    const { source } = this.#parts;
    const { count } = batch;
    if (isDivisible && count > 1 && this.#fruitless < FRUITLESS) {
      source.giveBack(batch);
      this.#suspects = { origin: batch.origin, records: count };
      return;
    }
    source.settle(batch);
    const isAlone = isDivisible && count === 1;
    this.#drop(isAlone ? 'quarantined' : 'refused', count, reason);
    if (isAlone) this.#fruitless += 1;
    this.#suspects = undefined;
  }

  /** Half of the suspects were innocent: it is among the rest. */
  #clear(batch: Batch): void {
    if (this.#suspects?.origin !== batch.origin) return;
    const records = this.#suspects.records - batch.count;
    this.#suspects = records > 0 ? { origin: batch.origin, records } : undefined;
  }

  #drop(reason: DropReason, records: number, detail: string): void {
    this.#parts.counters.add(this.#parts.signal, reason, records);
    this.#parts.announcer.dropped(reason, records, detail);
  }
}

/** An export request with the records of a batch, put together from what is encoded already. */
function toRequest({ runs }: Batch): Uint8Array {
  const groups = new Map<RecordGroup, Uint8Array[]>();
  for (const { group, content } of runs) {
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [content]);
    else known.push(content);
  }
  const parts = [...groups].map(([{ resource, scope }, content]) => wrapFramed(resource, scope, content));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}
