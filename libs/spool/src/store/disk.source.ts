import type { Signal } from '@nest-telemetry/otlp';
import type { Announcer } from '../delivery/announcer.js';
import type { Batch, BatchLimits, RecordSource } from '../delivery/record.source.js';
import type { SpoolSettings } from '../spool.options.js';
import type { Counters, DropReason } from '../spool.stats.js';
import type { DirectoryLock } from './directory.lock.js';
import type { LaneBatch, LaneReader } from './lane.reader.js';
import { adoptOrphans, removeSpoolDirectory } from './spool.directory.js';
import { settleInterrupted } from './interrupted.js';
import { SpoolStore, type StoreDescription } from './spool.store.js';

interface DiskBatch extends Batch {
  readonly origin: LaneReader;
  readonly store: SpoolStore;
  readonly found: LaneBatch;
}

/** The directories of this process and those it took over. */
export class DiskSource implements RecordSource {
  readonly #settings: SpoolSettings;
  readonly #counters: Counters;
  readonly #announcer: Announcer;
  readonly #stores = new Map<string, SpoolStore>();
  readonly #locks = new Map<SpoolStore, DirectoryLock>();
  readonly #onFinished: (path: string) => void;
  #adoptAt = 0;
  #measurements = 0;

  /** @param onFinished - called when nothing of a retired directory is left to be sent */
  constructor(
    settings: SpoolSettings,
    {
      counters,
      announcer,
      onFinished,
    }: {
      readonly counters: Counters;
      readonly announcer: Announcer;
      readonly onFinished: (path: string) => void;
    },
  ) {
    this.#settings = settings;
    this.#counters = counters;
    this.#announcer = announcer;
    this.#onFinished = onFinished;
  }

  /** Adds a directory of this process, or says that one is no longer written. */
  put(description: StoreDescription): void {
    const known = this.#stores.get(description.path);
    if (known === undefined) this.#stores.set(description.path, new SpoolStore(description));
    else known.isRetired = description.isRetired ?? false;
  }

  take(signal: Signal, limits: BatchLimits, except: ReadonlySet<object>): Batch | undefined {
    const candidates = [...this.#stores.values()]
      .flatMap((store) => store.readers.map((reader) => ({ store, reader })))
      .filter(({ reader }) => reader.lane.signal === signal && !except.has(reader))
      .map((candidate) => ({ ...candidate, oldest: candidate.reader.oldest ?? Infinity }))
      .filter(({ oldest }) => oldest !== Infinity)
      .toSorted((a, b) => a.oldest - b.oldest);
    for (const { store, reader } of candidates) {
      const found = reader.take(limits);
      if (found === undefined) continue;
      const { runs, count, isFull } = found;
      const batch: DiskBatch = { signal, runs, count, isFull, origin: reader, store, found };
      return batch;
    }
    return undefined;
  }

  arrival(signal: Signal): Promise<unknown> | undefined {
    const [only, ...others] = this.#stores.values();
    // Of a directory that was taken over or let go of nobody tells.
    if (only === undefined || others.length > 0 || only.isRetired) return undefined;
    return only.nextWrite(signal);
  }

  settle(batch: Batch): void {
    const { origin, store, found, signal, count } = batch as DiskBatch;
    origin.settle(found);
    store.save();
    this.#drop(origin, 'corrupt', found.lost.corrupt);
    this.#drop(origin, 'missing', found.lost.missing);
    if (!store.isAdopted) return;
    this.#counters.add(signal, 'adopted', count + found.lost.corrupt + found.lost.missing);
  }

  giveBack(batch: Batch): void {
    (batch as DiskBatch).origin.giveBack();
  }

  waiting(): number {
    return this.#readers().reduce((sum, { reader }) => sum + reader.waiting, 0);
  }

  /**
   * What has to be looked after now and then: limits, orphans, directories that are through.
   * @returns whether there is more to be sent than before
   */
  maintain(isClosing: boolean): boolean {
    const isMore = !isClosing && Date.now() >= this.#adoptAt && this.#adopt();
    this.#enforceAge();
    this.#enforceSize();
    for (const store of this.#stores.values()) {
      store.sync();
      if (store.isAdopted || store.isRetired) this.#removeIfThrough(store);
    }
    const oldest = this.#readers().map(({ reader }) => reader.oldest ?? Infinity);
    this.#counters.setGauge('oldestCreated', Math.min(Infinity, ...oldest));
    return isMore;
  }

  /**
   * Whether nothing is left to be sent of what this process wrote, and nothing more will be written. What then still
   * counts as waiting has been damaged on the way.
   */
  isDrained(): boolean {
    const own = [...this.#stores.values()].filter(({ isAdopted }) => !isAdopted);
    if (!own.every(({ readers }) => readers.every(isThrough))) return false;
    for (const { readers } of own) {
      for (const reader of readers) this.#drop(reader, 'corrupt', reader.giveUpRest());
    }
    return true;
  }

  /** Lets go of everything; what was taken over can be taken over by others. */
  close(): void {
    for (const store of this.#stores.values()) store.close();
    for (const lock of this.#locks.values()) lock.release();
    this.#stores.clear();
    this.#locks.clear();
  }

  /** Whether directories were taken over. */
  #adopt(): boolean {
    const before = this.#stores.size;
    // Not all processes of a host at once.
    this.#adoptAt = Date.now() + this.#settings.adoptionMillis * (0.8 + 0.4 * Math.random());
    const { directory, service } = this.#settings;
    try {
      for (const { path, lock } of adoptOrphans(directory, service, new Set(this.#stores.keys()))) {
        this.#settleInterrupted(path);
        const store = new SpoolStore({ path });
        this.#stores.set(path, store);
        this.#locks.set(store, lock);
      }
    } catch {
      // The directory is gone or cannot be trusted, which whoever writes records finds out and says.
    }
    return this.#stores.size > before;
  }

  #settleInterrupted(path: string): void {
    try {
      settleInterrupted(path);
    } catch {
      // The disk does not take it; what has ended is delivered all the same.
    }
  }

  #removeIfThrough(store: SpoolStore): void {
    if (!store.readers.every(isThrough)) return;
    for (const reader of store.readers) this.#drop(reader, 'missing', reader.waiting);
    store.close();
    this.#stores.delete(store.path);
    removeSpoolDirectory(store.path);
    this.#locks.get(store)?.release();
    this.#locks.delete(store);
    if (store.isRetired) this.#onFinished(store.path);
  }

  #enforceAge(): void {
    const tooOld = Date.now() - this.#settings.maxAgeMillis;
    for (const { store, reader } of this.#readers()) {
      for (;;) {
        const changed = store.oldestChange(reader.lane.index);
        if (changed === undefined || changed > tooOld || !this.#giveUp(store, reader, 'expired')) break;
        store.measure();
      }
    }
  }

  #enforceSize(): void {
    const sizes = new Map([...this.#stores.values()].map((store) => [store, store.measure()]));
    let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    while (total > this.#settings.maxBytes) {
      const freed = this.#giveUpOldest();
      if (freed === undefined) break;
      total -= freed;
    }
    this.#counters.setGauge('bytesOnDisk', total);
    this.#counters.setGauge('measurements', (this.#measurements += 1));
  }

  #giveUpOldest(): number | undefined {
    const candidates = this.#readers()
      .map((candidate) => ({ ...candidate, oldest: candidate.reader.oldest ?? Infinity }))
      .filter(({ oldest }) => oldest !== Infinity)
      .toSorted(
        (a, b) => Number(a.reader.lane.isPrecious) - Number(b.reader.lane.isPrecious) || a.oldest - b.oldest,
      );
    for (const { store, reader } of candidates) {
      const freed = this.#giveUp(store, reader, 'full');
      if (freed !== undefined) return freed;
    }
    return undefined;
  }

  #giveUp(store: SpoolStore, reader: LaneReader, reason: DropReason): number | undefined {
    const given = reader.giveUpOldest();
    if (given === undefined) return undefined;
    store.save();
    this.#drop(reader, reason, given.records);
    if (store.isAdopted) this.#counters.add(reader.lane.signal, 'adopted', given.records);
    return given.bytes;
  }

  #drop({ lane: { signal } }: LaneReader, reason: DropReason, records: number): void {
    if (records === 0) return;
    this.#counters.add(signal, reason, records);
    this.#announcer.dropped(reason, records);
  }

  #readers(): { readonly store: SpoolStore; readonly reader: LaneReader }[] {
    return [...this.#stores.values()].flatMap((store) => store.readers.map((reader) => ({ store, reader })));
  }
}

/** Asking opens what is next and deletes what is through. */
function isThrough(reader: LaneReader): boolean {
  const batch = reader.take({ maxRecords: 1, maxBytes: 1 });
  if (batch !== undefined) reader.giveBack();
  return batch === undefined && !reader.isOut;
}
