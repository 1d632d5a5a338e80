import { LANES } from '../lanes.js';
import type { StoredRecord } from '../record/group.js';
import { LaneState } from '../record/lane.state.js';
import { reasonOf } from '../spool.events.js';
import type { SpoolSettings } from '../spool.options.js';
import type { Counters } from '../spool.stats.js';
import { LaneWriter, SegmentGoneError, type WritableGroup } from './lane.writer.js';
import { WriteRate } from './write.rate.js';
import { OpenRecords } from './open.records.js';
import { createSpoolDirectory, type HeldDirectory, removeSpoolDirectory } from './spool.directory.js';
import type { StoreDescription } from './spool.store.js';

const RETRY_MILLIS = 1000;
const MEASURE_MILLIS = 250;
/** Records per second above which those that may be held are. */
const HOLD_ABOVE = 500;
/** Whoever delivers keeps the spool to its size; this is for the case that nobody does. */
const OVERFULL = 1.25;

interface OpenStore {
  readonly held: HeldDirectory;
  readonly description: StoreDescription;
  readonly states: readonly LaneState[];
  readonly open: OpenRecords;
}

/** How to take back that something is open. */
export type EndOpen = () => void;

export interface DiskWriterParts {
  readonly settings: SpoolSettings;
  readonly counters: Counters;
  /** A directory was made or is no longer used. */
  readonly onStore: (store: StoreDescription) => void;
  /** Records that were taken and could not be written after all. */
  readonly onRescued: (lane: number, records: readonly StoredRecord[]) => void;
  /** The disk cannot be used, with the reason, or can be used again. */
  readonly onState: (problem: string | undefined) => void;
}

/** What became of a record. */
export type AppendOutcome =
  | 'written'
  /** The disk failed after it was taken, so that it was handed back with others. */
  | 'rescued'
  /** The spool is as large as it may be. */
  | 'full'
  /** The disk cannot be used. */
  | 'unusable';

/** Writes records to the directory of this process, and finds out when that does not work and when it does again. */
export class DiskWriter {
  readonly #parts: DiskWriterParts;
  readonly #rate: WriteRate;
  readonly #holdRate = new WriteRate(HOLD_ABOVE);
  /** The one that is written last. */
  #stores: OpenStore[] = [];
  #current: OpenStore | undefined;
  #writers: (LaneWriter | undefined)[] = [];
  #problem: string | undefined;
  #retryAt = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Something is held that is written at the end of this turn of the event loop. */
  #isHolding = false;
  #measureAt = 0;
  #measured = { count: -1, written: 0 };
  #isOverfull = false;
  /** Records in directories that were let go of. */
  #left = 0;

  constructor(parts: DiskWriterParts) {
    this.#parts = parts;
    this.#rate = new WriteRate(parts.settings.groupCommit.recordsPerSecond);
    this.#try(() => this.#store());
  }

  /** Whether so many records come that a write for each would cost something. */
  get isBusy(): boolean {
    return this.#holdRate.isHigh;
  }

  /** The directories of this process, those that somebody deleted too until they are through. */
  get stores(): readonly StoreDescription[] {
    return this.#stores.map((store) => ({ ...store.description, isRetired: store !== this.#current }));
  }

  /** Records in files that are neither delivered nor given up. */
  get waiting(): number {
    const states = this.#stores.flatMap((store) => store.states);
    return states.reduce((sum, state) => sum + state.nextSequence - state.settledSequence, this.#left);
  }

  /**
   * Writes a record and those that are held; above a rate they are kept for a few milliseconds to be written with others.
   * @param isHeld - it may wait for the next record that is not, but not beyond this turn of the event loop
   */
  append(lane: number, group: WritableGroup, message: Uint8Array, isHeld = false): AppendOutcome {
    const now = performance.now();
    if (this.#problem !== undefined && now < this.#retryAt) return 'unusable';
    if (now >= this.#measureAt) this.#measure(now);
    if (this.#isOverfull) return 'full';
    this.#holdRate.count(now);
    let isTaken = false;
    const write = (): void => {
      const writer = this.#writer(lane);
      writer.add(group, message, now);
      isTaken = true;
      if (isHeld) this.#hold(writer);
      else this.#commit(writer, now);
    };
    // When somebody deleted the directory, there will be another one the second time.
    const isWritten = this.#try(write) || (this.#current === undefined && !isTaken && this.#try(write));
    if (!isWritten) return isTaken ? 'rescued' : 'unusable';
    if (this.#problem !== undefined) {
      this.#problem = undefined;
      this.#parts.onState(undefined);
    }
    return 'written';
  }

  /** Writes what is kept for a moment. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#try(() => this.#flushAll());
  }

  /**
   * Writes down a record that is delivered only if the process dies before it is told that it ended.
   * @returns undefined when the disk cannot be used
   */
  begin(group: WritableGroup, record: Uint8Array): EndOpen | undefined {
    const open = this.#problem === undefined ? this.#current?.open : undefined;
    if (open === undefined) return undefined;
    const key = attempt(() => open.begin(group, record));
    return key === undefined ? undefined : () => attempt(() => open.end(key));
  }

  /** Finishes the segments. */
  close(): void {
    this.flush();
    this.#closeWriters();
  }

  /** Lets go of a directory from which nothing is delivered any more. */
  forget(path: string): void {
    for (const { held, open } of this.#stores.filter(({ description }) => description.path === path)) {
      open.close();
      held.lock.release();
    }
    this.#stores = this.#stores.filter(({ description }) => description.path !== path);
  }

  /**
   * Lets go of every directory.
   * @param isDrained - nothing is left in them
   */
  release(isDrained: boolean): void {
    this.#left = this.waiting;
    for (const { held, open } of this.#stores) {
      open.close();
      if (isDrained && open.size === 0) removeSpoolDirectory(held.path);
      held.lock.release();
    }
    this.#stores = [];
    this.#current = undefined;
  }

  #commit(writer: LaneWriter, now: number): void {
    const { groupCommit } = this.#parts.settings;
    // Those that are held cost no write, so they do not count.
    this.#rate.count(now);
    const isHigh = this.#rate.isHigh && this.#problem === undefined;
    if (!isHigh) this.#flushAll();
    else if (writer.isDue(now, groupCommit.maxMillis)) writer.flush();
    else this.#timer ??= setTimeout(() => this.flush(), groupCommit.maxMillis).unref();
  }

  #hold(writer: LaneWriter): void {
    // As long as there are few, the writes that holding them saves are nothing.
    if (!this.#holdRate.isHigh || writer.isLarge) writer.flush();
    else if (!this.#isHolding) {
      this.#isHolding = true;
      setImmediate(this.#onImmediate);
    }
  }

  readonly #onImmediate = (): void => {
    this.#isHolding = false;
    // While records are collected, the timer writes these as well.
    if (this.#timer === undefined) this.flush();
  };

  #flushAll(): void {
    for (const writer of this.#writers) writer?.flush();
  }

  #writer(lane: number): LaneWriter {
    const known = this.#writers[lane];
    if (known !== undefined) return known;
    const { held, states } = this.#store();
    const state = states[lane];
    if (state === undefined) throw new RangeError(`There is no lane ${lane}`);
    const writer = new LaneWriter(held.path, lane, state, this.#parts.settings.segment);
    this.#writers[lane] = writer;
    return writer;
  }

  #store(): OpenStore {
    if (this.#current !== undefined) return this.#current;
    const { directory, service } = this.#parts.settings;
    const held = createSpoolDirectory(directory, service);
    const lanes = LaneState.share(LANES.length);
    const states = LANES.map(({ index }) => new LaneState(lanes, index));
    const open = new OpenRecords(held.path);
    const store = { held, states, open, description: { path: held.path, lanes } };
    this.#current = store;
    this.#stores.push(store);
    this.#parts.onStore(store.description);
    return store;
  }

  /** Whether it worked. If not, segments are closed, and what was not written yet is handed back. */
  #try(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#closeWriters();
      if (isGone(error) && this.#current !== undefined) this.#retire(this.#current);
      else this.#fail(error);
      return false;
    }
  }

  #retire({ description }: OpenStore): void {
    this.#current = undefined;
    this.#parts.onStore({ ...description, isRetired: true });
  }

  #fail(error: unknown): void {
    this.#retryAt = performance.now() + RETRY_MILLIS;
    const isNews = this.#problem === undefined;
    this.#problem = reasonOf(error);
    if (isNews) this.#parts.onState(this.#problem);
  }

  #closeWriters(): void {
    const writers = this.#writers;
    this.#writers = [];
    for (const [lane, writer] of writers.entries()) {
      const rescued = writer?.close() ?? [];
      if (rescued.length > 0) this.#parts.onRescued(lane, rescued);
    }
  }

  /** Compares what was written with what is still there, as whoever delivers measured it. */
  #measure(now: number): void {
    this.#measureAt = now + MEASURE_MILLIS;
    const { counters, settings } = this.#parts;
    const states = this.#stores.flatMap((store) => store.states);
    const written = states.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
    const count = counters.gauge('measurements');
    if (count !== this.#measured.count) this.#measured = { count, written };
    const size = counters.gauge('bytesOnDisk') + Math.max(0, written - this.#measured.written);
    this.#isOverfull = size > settings.maxBytes * OVERFULL;
  }
}

/** What fails here only loses a protection; that the disk cannot be used, whoever writes records finds out and says. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Somebody deleted the directory, or files in it. */
function isGone(error: unknown): boolean {
  return error instanceof SegmentGoneError || (error as NodeJS.ErrnoException).code === 'ENOENT';
}
