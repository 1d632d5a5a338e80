import { unlinkSync } from 'node:fs';
import type { BatchLimits } from '../delivery/record.source.js';
import type { Lane } from '../lanes.js';
import { partOf } from '../record/framed.records.js';
import type { RecordRun } from '../record/group.js';
import type { LaneState } from '../record/lane.state.js';
import { SegmentReader } from '../record/segment.reader.js';
import type { SegmentFile } from './spool.directory.js';

/** The next records of a lane. */
export interface LaneBatch {
  readonly runs: readonly RecordRun[];
  /** Records in them. */
  readonly count: number;
  readonly isFull: boolean;
  /** Records in front of or between them that are not there any more, by their sequence numbers. */
  readonly lost: { readonly corrupt: number; readonly missing: number };
  readonly nextSequence: number;
  readonly nextOffset: number;
}

/**
 * Reads the segments of one lane in order and deletes those that are through. What is missing shows in the sequence
 * numbers, which leave nothing out.
 */
export class LaneReader {
  readonly lane: Lane;
  readonly #list: (refresh: boolean) => readonly SegmentFile[];
  readonly #state: LaneState | undefined;
  #expected: number | undefined;
  #current: { readonly file: SegmentFile; readonly reader: SegmentReader } | undefined;
  #finished = -1;
  /** The segment in front could not be read to its end. */
  #wasDamaged = false;
  #isOut = false;

  /**
   * @param list - the segments of the lane
   * @param state - what the writer says, when it is at work
   * @param expected - the first sequence number that was not settled, where known
   */
  constructor(
    lane: Lane,
    list: (refresh: boolean) => readonly SegmentFile[],
    { state, expected }: { readonly state?: LaneState | undefined; readonly expected?: number | undefined },
  ) {
    this.lane = lane;
    this.#list = list;
    this.#state = state;
    this.#expected = expected;
  }

  /** First sequence number that is neither delivered nor given up. */
  get settled(): number {
    return this.#expected ?? 0;
  }

  /** When the segment was begun that is next; undefined when nothing is known to wait. */
  get oldest(): number | undefined {
    if (this.#state !== undefined && this.#state.nextSequence <= this.settled) return undefined;
    return this.#open()?.reader.header.created;
  }

  /** Records that wait, where a writer counts them. */
  get waiting(): number {
    return this.#state === undefined ? 0 : Math.max(0, this.#state.nextSequence - this.settled);
  }

  take({ maxRecords, maxBytes }: BatchLimits): LaneBatch | undefined {
    if (this.#isOut) return undefined;
    for (let current = this.#open(); current !== undefined; current = this.#open()) {
      const { file, reader } = current;
      const published = this.#state?.readableSize(file.number);
      const found = this.#read(reader, published ?? reader.size(), maxRecords, maxBytes);
      if (found.count > 0) {
        this.#isOut = true;
        return published === undefined ? { ...found, isFull: true } : found;
      }
      if (published !== undefined) return undefined;
      this.#finish();
    }
    return undefined;
  }

  settle({ nextSequence, nextOffset }: LaneBatch): void {
    this.#isOut = false;
    this.#expected = nextSequence;
    this.#current?.reader.rewind(nextOffset);
    this.#saySettled();
  }

  giveBack(): void {
    this.#isOut = false;
  }

  /**
   * Gives up the oldest segment, unless it is being written or sent.
   * @returns how many records that costs; undefined when nothing can be given up
   */
  giveUpOldest(): { readonly records: number; readonly bytes: number } | undefined {
    const current = this.#isOut ? undefined : this.#open();
    if (current === undefined || this.#state?.readableSize(current.file.number) !== undefined)
      return undefined;
    const before = this.#expected ?? current.reader.header.firstSequence;
    let next = before;
    const bytes = current.reader.size();
    current.reader.read(bytes, ({ sequence, count }) => {
      next = Math.max(next, sequence + count);
      return true;
    });
    this.#finish();
    this.#expected = next;
    this.#saySettled();
    return { records: next - before, bytes };
  }

  /** Counts what was written and can no longer be read as settled, and returns how many records that are. */
  giveUpRest(): number {
    const records = this.waiting;
    this.#expected = this.settled + records;
    this.#saySettled();
    return records;
  }

  /** Whether a batch is under way. */
  get isOut(): boolean {
    return this.#isOut;
  }

  close(): void {
    this.#current?.reader.close();
    this.#current = undefined;
  }

  #read(reader: SegmentReader, end: number, maxRecords: number, maxBytes: number): LaneBatch {
    const { firstSequence } = reader.header;
    const start = reader.offset;
    const runs: RecordRun[] = [];
    let expected = this.#expected ?? firstSequence;
    let [total, bytes, corrupt, missing, isFull] = [0, 0, 0, 0, false];
    reader.read(end, ({ sequence, group, content, count }) => {
      // Of those that were written together the first ones may be settled already.
      const settled = Math.max(0, expected - sequence);
      if (settled >= count) return true;
      const from = settled === 0 ? 0 : partOf(content, 0, { maxRecords: settled }).end;
      const part = partOf(content, from, { maxRecords: maxRecords - total, maxBytes: maxBytes - bytes });
      const isTooLarge = total > 0 && bytes + part.end - from > maxBytes;
      if (part.count === 0 || isTooLarge) {
        isFull = true;
        return false;
      }
      const first = sequence + settled;
      // What was in segments that are not there, and what was in this one.
      const inFront = Math.max(0, Math.min(firstSequence, first) - expected);
      if (this.#wasDamaged) corrupt += inFront;
      else missing += inFront;
      corrupt += first - expected - inFront;
      expected = first + part.count;
      total += part.count;
      bytes += part.end - from;
      runs.push({ group, content: content.subarray(from, part.end) });
      isFull = settled + part.count < count;
      return !isFull;
    });
    const nextOffset = reader.offset;
    if (total > 0) reader.rewind(start);
    return { runs, count: total, isFull, lost: { corrupt, missing }, nextSequence: expected, nextOffset };
  }

  #open(): { readonly file: SegmentFile; readonly reader: SegmentReader } | undefined {
    for (let isFresh = false; this.#current === undefined;) {
      const file = this.#list(isFresh).find(({ number }) => number > this.#finished);
      if (file === undefined) {
        if (isFresh || !this.#mayHaveMore()) return undefined;
        isFresh = true;
        continue;
      }
      // Not even its header is there.
      if (this.#state?.readableSize(file.number) === 0) return undefined;
      const reader = this.#tryOpen(file);
      if (reader !== undefined) this.#current = { file, reader };
    }
    return this.#current;
  }

  #tryOpen(file: SegmentFile): SegmentReader | undefined {
    try {
      const reader = SegmentReader.open(file.path);
      if (reader?.header.lane === this.lane.index) return reader;
      reader?.close();
      this.#wasDamaged = true;
      remove(file.path);
    } catch {
      // It is gone, or the disk cannot read it; the sequence numbers will tell what that costs.
    }
    this.#finished = file.number;
    return undefined;
  }

  #mayHaveMore(): boolean {
    return this.#state !== undefined && this.#state.nextSequence > this.settled;
  }

  #finish(): void {
    if (this.#current === undefined) return;
    const { file, reader } = this.#current;
    this.#wasDamaged = reader.isDamaged;
    this.#finished = file.number;
    this.close();
    remove(file.path);
  }

  #saySettled(): void {
    if (this.#state !== undefined) this.#state.settledSequence = this.settled;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Nothing of ours is in it any more; should it stay, its records are known to be settled.
  }
}
