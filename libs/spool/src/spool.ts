import type { Signal } from '@nest-telemetry/otlp';
import { Announcer } from './delivery/announcer.js';
import { tellingOnce } from './delivery/once.told.js';
import { Sender } from './delivery/sender.js';
import { laneIndexOf } from './lanes.js';
import { MemoryRing } from './memory/memory.ring.js';
import type { RecordGroup, StoredRecord } from './record/group.js';
import type { SpoolListener } from './spool.events.js';
import {
  resolveSettings,
  type SpoolOptions,
  SpoolOptionsError,
  type SpoolSettings,
} from './spool.options.js';
import { Counters, type DropReason, type SpoolStats } from './spool.stats.js';
import { type AppendOutcome, DiskWriter } from './store/disk.writer.js';
import type { WritableGroup } from './store/lane.writer.js';
import { DiskSender, type DiskSenderParts, type SenderHost } from './thread/disk.sender.js';
import { SenderThread } from './thread/sender.thread.js';

/** How often it is looked whether everything is delivered, by whoever waits for that. */
const LOOK_MILLIS = 4;
/** How often records in memory are tried to be put on disk again. */
const RETURN_MILLIS = 1000;
/** A disk that is full works again for a moment whenever something is deleted; that is told once. */
const QUIET_MILLIS = 300_000;

/** Takes the records of one resource and scope. */
export interface SpoolStream {
  /**
   * Keeps an encoded record until it is delivered. It is on disk when this returns; above the rate of
   * {@link SpoolOptions.groupCommit}, a few milliseconds later. Never throws.
   * @param record - a bare protobuf Span, LogRecord or Metric, as `encodeSpan` makes it; it is copied
   * @param isError - it belongs to a trace with an error, which is given up last
   * @returns false when it was dropped, which is counted
   */
  append(record: Uint8Array, isError?: boolean): boolean;
  /**
   * The same for a record that more are about to follow. When there are many of them, it is written together with the next
   * one that is appended, at the latest before the event loop waits, and so costs no write of its own.
   */
  hold(record: Uint8Array, isError?: boolean): boolean;
  /**
   * Writes down a Span that has begun. It is delivered only if the process dies before it is ended: with its end set to
   * when the process last showed a sign of life. Only for traces. Never throws.
   * @param record - kept until it is ended, so not to be changed
   * @returns undefined when the disk cannot be used
   */
  begin(record: Uint8Array): OpenRecord | undefined;
}

/** Something that was begun. */
export interface OpenRecord {
  /** It has ended, and is of no interest any more. */
  end(): void;
}

/** How long to wait for delivery. */
export interface CloseOptions {
  /**
   * How long to wait for what can still be delivered, in milliseconds. The rest stays on disk for the next process.
   * @defaultValue 2000
   */
  readonly timeoutMillis?: number | undefined;
}

/**
 * Delivers telemetry durably: encoded records are appended to files on the calling thread, and a thread of its own
 * sends them by the rules of OTLP. What was appended survives the end of the process, however it ends, and is delivered
 * by the next one. Nothing here throws but the constructor, and nothing keeps the process alive but {@link close}.
 * @since 0.1.0
 */
export class Spool {
  readonly #settings: SpoolSettings;
  readonly #isolate: (work: () => void) => void;
  readonly #counters = new Counters('main');
  readonly #announcer: Announcer;
  readonly #listener: SpoolListener;
  readonly #disk: DiskWriter;
  readonly #memory: MemoryRing;
  #host: SenderHost | undefined;
  #sendsFromMain = false;
  #memorySender: Sender | undefined;
  #memoryTimer: NodeJS.Timeout | undefined;
  #isInMemory = false;
  #failureToldAt = -Infinity;
  #isFailureTold = false;
  #lastId = 0;
  #isClosed = false;
  #closed: Promise<void> | undefined;

  /**
   * @param onEvent - told what an operator has to know; what it throws is ignored
   * @throws SpoolOptionsError when an option makes no sense
   */
  constructor(options: SpoolOptions, onEvent: SpoolListener = () => {}) {
    this.#settings = resolveSettings(options);
    this.#isolate = options.isolate ?? ((work) => work());
    this.#listener = tellingOnce(onEvent);
    this.#announcer = new Announcer(this.#listener, () => this.#waiting());
    const { maxMemoryBytes } = this.#settings;
    this.#memory = new MemoryRing(maxMemoryBytes, (signal, records) => this.#drop(signal, 'memory', records));
    this.#disk = new DiskWriter({
      settings: this.#settings,
      counters: this.#counters,
      onStore: (store) => this.#host?.put(store),
      onRescued: (lane, records) => this.#rescue(lane, records),
      onState: (problem) => this.#onDisk(problem),
    });
    if (options.worker === false) this.#sendFromMain();
    else this.#sendFromThread();
    process.on('exit', this.#onExit);
  }

  /**
   * Where to append records of a resource and scope, both as `encodeResource` and `encodeScope` made them. It is to be
   * made once for each and kept.
   * @throws SpoolOptionsError when there is no destination for the signal
   */
  stream(group: RecordGroup): SpoolStream {
    if (this.#settings.destinations[group.signal] === undefined)
      throw new SpoolOptionsError(`destinations.${group.signal}`, 'is needed to append such records');
    this.#lastId += 1;
    const writable: WritableGroup = { ...group, id: this.#lastId, definedIn: [] };
    return {
      append: (record, isError = false) => this.#append(writable, record, isError, false),
      hold: (record, isError = false) => this.#append(writable, record, isError, true),
      begin: (record) => this.#begin(writable, record),
    };
  }

  /**
   * Whether so many records come that it is cheaper to hand over together those of one turn of the event loop: some
   * hundred per second. They are to be handed over before the turn ends, and when the process does.
   */
  get isBusy(): boolean {
    return this.#disk.isBusy;
  }

  /** What became of everything so far. Costs no more than reading some numbers, and works after the end too. */
  stats(): SpoolStats {
    const oldest = this.#counters.gauge('oldestCreated');
    return {
      signals: this.#counters.signals(),
      state: this.#isClosed ? 'closed' : this.#isInMemory ? 'memory' : 'disk',
      sender: this.#sendsFromMain ? 'main' : 'worker',
      isOutage: this.#counters.gauge('outage') > 0 || this.#announcer.isOutage,
      waiting: this.#waiting(),
      bytesOnDisk: this.#counters.gauge('bytesOnDisk'),
      bytesInMemory: this.#memory.bytes,
      oldestMillis: Number.isFinite(oldest) && oldest > 0 ? Math.max(0, Date.now() - oldest) : 0,
    };
  }

  /**
   * Delivers what was appended so far without the usual pauses. Resolves when it is, when delivery fails, or at the
   * deadline, with whether nothing waits. Never rejects.
   */
  async deliver({ timeoutMillis = 2000 }: CloseOptions = {}): Promise<boolean> {
    const deadline = performance.now() + timeoutMillis;
    this.#disk.flush();
    this.#memorySender?.nudge();
    this.#host?.nudge();
    while (this.#waiting() > 0 && performance.now() < deadline && !this.stats().isOutage && !this.#isClosed)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
    return this.#waiting() === 0;
  }

  /**
   * Takes no more records, delivers what can be delivered within the deadline and leaves the rest on disk. Waiting ends
   * sooner when the receiver cannot be reached. Never rejects.
   */
  close({ timeoutMillis = 2000 }: CloseOptions = {}): Promise<void> {
    this.#isClosed = true;
    this.#closed ??= this.#close(timeoutMillis);
    return this.#closed;
  }

  #append(group: WritableGroup, record: Uint8Array, isError: boolean, isHeld: boolean): boolean {
    const { signal } = group;
    this.#counters.add(signal, 'appended', 1);
    if (this.#isClosed) return this.#drop(signal, 'closed', 1);
    if (record.length > this.#settings.maxRecordBytes) return this.#drop(signal, 'too-large', 1);
    const lane = laneIndexOf(signal, isError);
    const outcome = this.#disk.append(lane, group, record, isHeld);
    if (outcome === 'full') return this.#drop(signal, 'full', 1);
    if (outcome === 'unusable') this.#memory.push(lane, { group, message: Uint8Array.from(record) });
    return true;
  }

  #begin(group: WritableGroup, record: Uint8Array): OpenRecord | undefined {
    if (this.#isClosed || group.signal !== 'traces') return undefined;
    const end = this.#disk.begin(group, record);
    return end && { end };
  }

  #drop(signal: Signal, reason: DropReason, records: number): false {
    this.#counters.add(signal, reason, records);
    this.#announcer.dropped(reason, records);
    return false;
  }

  #rescue(lane: number, records: readonly StoredRecord[]): void {
    for (const record of records) this.#memory.push(lane, record);
    this.#watchMemory();
  }

  #onDisk(problem: string | undefined): void {
    this.#isInMemory = problem !== undefined;
    if (problem !== undefined) {
      const now = performance.now();
      this.#isFailureTold = now - this.#failureToldAt >= QUIET_MILLIS;
      if (this.#isFailureTold) {
        this.#failureToldAt = now;
        this.#announcer.say({ type: 'memory-only', reason: problem });
      }
      this.#watchMemory();
    } else if (this.#isFailureTold) {
      this.#announcer.say({ type: 'disk-again', records: this.#memory.waiting() });
    }
  }

  /** Delivers from memory as long as something is there, and puts it on disk as soon as that works. */
  #watchMemory(): void {
    if (this.#memoryTimer !== undefined || this.#isClosed) return;
    this.#memoryTimer = setInterval(() => {
      this.#moveToDisk();
      this.#announcer.tick();
      if (!this.#isInMemory && this.#memory.waiting() === 0) this.#leaveMemory();
    }, RETURN_MILLIS).unref();
    this.#isolate(() => {
      this.#memorySender ??= new Sender(this.#memory, {
        settings: this.#settings,
        counters: this.#counters,
        announcer: this.#announcer,
        holdsProcess: false,
      });
    });
  }

  #leaveMemory(): void {
    clearInterval(this.#memoryTimer);
    this.#memoryTimer = undefined;
    void this.#memorySender?.close();
    this.#memorySender = undefined;
  }

  #moveToDisk(): void {
    let isWorking = true;
    for (const { lane, record } of this.#memory.takeRest()) {
      // What is in memory came through a stream.
      const group = record.group as WritableGroup;
      const outcome: AppendOutcome = isWorking ? this.#disk.append(lane, group, record.message) : 'unusable';
      isWorking = outcome === 'written';
      if (!isWorking && outcome !== 'rescued') this.#memory.push(lane, record);
    }
    this.#disk.flush();
  }

  #sendFromThread(): void {
    this.#host = new SenderThread({
      settings: this.#settings,
      counters: this.#counters,
      stores: () => this.#disk.stores,
      onEvent: (event) => this.#announcer.say(event),
      onFinished: (path) => this.#disk.forget(path),
      onGivenUp: (reason) => {
        if (this.#isClosed) return;
        this.#announcer.say({ type: 'sending-from-main', reason });
        this.#sendFromMain();
      },
    });
  }

  #sendFromMain(holdsProcess = false): void {
    this.#sendsFromMain = true;
    const parts: DiskSenderParts = {
      settings: this.#settings,
      counters: new Counters('sender', this.#counters.shared),
      stores: this.#disk.stores,
      onEvent: this.#listener,
      onFinished: (path) => this.#disk.forget(path),
      holdsProcess,
    };
    this.#isolate(() => {
      this.#host = new DiskSender(parts);
    });
  }

  async #close(timeoutMillis: number): Promise<void> {
    clearInterval(this.#memoryTimer);
    this.#moveToDisk();
    this.#disk.close();
    if (this.#host?.isReady === false) await this.#replaceThread(this.#host);
    const host = this.#host;
    const ended = Promise.all([host?.close() ?? false, this.#memorySender?.close()]);
    const isDrained = await within(
      timeoutMillis,
      ended.then(([drained]) => drained),
    );
    const stopped = Promise.all([host?.stop(), this.#memorySender?.stop()]);
    // A thread that has said that it is through touches nothing any more: its end takes some milliseconds, for nobody.
    if (isDrained === undefined) await within(timeoutMillis, stopped);
    this.#keepOrDrop();
    this.#disk.release(isDrained === true && this.#disk.waiting === 0);
    this.#announcer.close();
    process.off('exit', this.#onExit);
  }

  /** A command may be over before its thread has started; waiting for that would take longer than sending. */
  async #replaceThread(thread: SenderHost): Promise<void> {
    await thread.stop();
    this.#sendFromMain(true);
  }

  /** What is still in memory at the end is written, or lost and counted. */
  #keepOrDrop(): void {
    this.#moveToDisk();
    this.#disk.close();
    for (const { record } of this.#memory.takeRest()) this.#drop(record.group.signal, 'closed', 1);
  }

  readonly #onExit = (): void => {
    this.#moveToDisk();
    this.#disk.flush();
  };

  #waiting(): number {
    return this.#disk.waiting + this.#memory.waiting();
  }
}

/** The result of some work, or undefined when it takes longer. The deadline keeps the process alive. */
function within<T>(millis: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis, undefined);
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      () => {
        clearTimeout(timer);
        resolve(undefined);
      },
    );
  });
}
