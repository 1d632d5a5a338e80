import type { Signal } from '@nest-telemetry/otlp';
import { Announcer } from './delivery/announcer.js';
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

/** How often records in memory are tried to be put on disk again. */
const RETURN_MILLIS = 1000;
/** A disk that is full works again for a moment whenever something is deleted; that is told once. */
const QUIET_MILLIS = 300_000;

/** Takes the records of one resource and scope. */
export interface SpoolStream {
  /**
   * Keeps an encoded record until it is delivered. It is on disk when this returns; above the rate of
   * {@link SpoolOptions.groupCommit}, a few milliseconds later. Never throws.
   * @param record - a bare protobuf Span, LogRecord or Metric, as `encodeSpan` makes it; not to be changed afterwards
   * @param isError - it belongs to a trace with an error, which is given up last
   * @returns false when it was dropped, which is counted
   */
  append(record: Uint8Array, isError?: boolean): boolean;
}

/** How to end a {@link Spool}. */
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
    this.#listener = onEvent;
    this.#announcer = new Announcer(onEvent, () => this.#waiting());
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
    return { append: (record, isError = false) => this.#append(writable, record, isError) };
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
   * Takes no more records, delivers what can be delivered within the deadline and leaves the rest on disk. Waiting ends
   * sooner when the receiver cannot be reached. Never rejects.
   */
  close({ timeoutMillis = 2000 }: CloseOptions = {}): Promise<void> {
    this.#isClosed = true;
    this.#closed ??= this.#close(timeoutMillis);
    return this.#closed;
  }

  #append(group: WritableGroup, record: Uint8Array, isError: boolean): boolean {
    const { signal } = group;
    this.#counters.add(signal, 'appended', 1);
    if (this.#isClosed) return this.#drop(signal, 'closed', 1);
    if (record.length > this.#settings.maxRecordBytes) return this.#drop(signal, 'too-large', 1);
    const lane = laneIndexOf(signal, isError);
    const outcome = this.#disk.append(lane, group, record);
    if (outcome === 'full') return this.#drop(signal, 'full', 1);
    if (outcome === 'unusable') this.#memory.push(lane, { group, message: record });
    return true;
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

  #sendFromMain(): void {
    this.#sendsFromMain = true;
    const parts: DiskSenderParts = {
      settings: this.#settings,
      counters: new Counters('sender', this.#counters.shared),
      stores: this.#disk.stores,
      onEvent: this.#listener,
      onFinished: (path) => this.#disk.forget(path),
      holdsProcess: false,
    };
    this.#isolate(() => {
      this.#host = new DiskSender(parts);
    });
  }

  async #close(timeoutMillis: number): Promise<void> {
    clearInterval(this.#memoryTimer);
    this.#moveToDisk();
    this.#disk.close();
    const host = this.#host;
    const ended = Promise.all([host?.close() ?? false, this.#memorySender?.close()]);
    const isDrained = await within(
      timeoutMillis,
      ended.then(([drained]) => drained),
    );
    await within(timeoutMillis, Promise.all([host?.stop(), this.#memorySender?.stop()]));
    this.#keepOrDrop();
    this.#disk.release(isDrained === true && this.#disk.waiting === 0);
    this.#announcer.close();
    process.off('exit', this.#onExit);
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
