import type { Signal } from '@nest-telemetry/otlp';
import type { Batch, BatchLimits, RecordSource } from '../delivery/record.source.js';
import { LANES, type Lane } from '../lanes.js';
import { framed } from '../record/framed.records.js';
import type { StoredRecord } from '../record/group.js';

/** What one record costs beside its bytes. */
const OVERHEAD = 64;

interface Queue {
  readonly lane: Lane;
  records: StoredRecord[];
  bytes: number;
  /** Records at the front that are being sent. */
  out: number;
}

interface MemoryBatch extends Batch {
  readonly origin: Queue;
}

/** Keeps records while the disk cannot, up to a number of bytes; then the oldest go, those of error traces last. */
export class MemoryRing implements RecordSource {
  readonly #maxBytes: number;
  readonly #onDropped: (signal: Signal, records: number) => void;
  readonly #queues: readonly Queue[] = LANES.map((lane) => ({ lane, records: [], bytes: 0, out: 0 }));

  constructor(maxBytes: number, onDropped: (signal: Signal, records: number) => void) {
    this.#maxBytes = maxBytes;
    this.#onDropped = onDropped;
  }

  get bytes(): number {
    return this.#queues.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  waiting(): number {
    return this.#queues.reduce((sum, { records }) => sum + records.length, 0);
  }

  push(lane: number, record: StoredRecord): void {
    const queue = this.#queues[lane];
    if (queue === undefined) return;
    queue.records.push(record);
    queue.bytes += sizeOf(record);
    while (this.bytes > this.#maxBytes && this.#dropOldest()) continue;
  }

  take(
    signal: Signal,
    { maxRecords, maxBytes }: BatchLimits,
    except: ReadonlySet<object>,
  ): Batch | undefined {
    const origin = this.#queues.find(
      (queue) =>
        queue.lane.signal === signal && queue.records.length > 0 && queue.out === 0 && !except.has(queue),
    );
    if (origin === undefined) return undefined;
    let [count, bytes] = [0, 0];
    for (const { message } of origin.records) {
      bytes += message.length;
      if (count >= maxRecords || (count > 0 && bytes > maxBytes)) break;
      count += 1;
    }
    origin.out = count;
    const batch: MemoryBatch = {
      signal,
      runs: origin.records.slice(0, count).map(({ group, message }) => ({ group, content: framed(message) })),
      count,
      isFull: count < origin.records.length,
      origin,
    };
    return batch;
  }

  settle(batch: Batch): void {
    const { origin, count } = batch as MemoryBatch;
    origin.out = 0;
    remove(origin, 0, count);
  }

  giveBack(batch: Batch): void {
    (batch as MemoryBatch).origin.out = 0;
  }

  /** Takes out what is not being sent, to be kept elsewhere. */
  takeRest(): { readonly lane: number; readonly record: StoredRecord }[] {
    return this.#queues.flatMap((queue) =>
      remove(queue, queue.out, queue.records.length - queue.out).map((record) => ({
        lane: queue.lane.index,
        record,
      })),
    );
  }

  #dropOldest(): boolean {
    const candidates = this.#queues.filter(({ records, out }) => records.length > out);
    const [queue] = candidates.toSorted(
      (a, b) => Number(a.lane.isPrecious) - Number(b.lane.isPrecious) || b.bytes - a.bytes,
    );
    if (queue === undefined) return false;
    // A good many at once, for taking from the front of an array moves all of it.
    const count = Math.min(queue.records.length - queue.out, Math.max(1, queue.records.length >> 6));
    remove(queue, queue.out, count);
    this.#onDropped(queue.lane.signal, count);
    return true;
  }
}

function remove(queue: Queue, from: number, count: number): StoredRecord[] {
  const removed = queue.records.splice(from, count);
  for (const record of removed) queue.bytes -= sizeOf(record);
  return removed;
}

function sizeOf({ message }: StoredRecord): number {
  return message.length + OVERHEAD;
}
