import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Announcer } from '../delivery/announcer.js';
import { TestFolder, testGroup, TestWriters } from '../directory.spec-helper.js';
import type { BatchLimits } from '../delivery/record.source.js';
import type { SpoolEvent } from '../spool.events.js';
import { recordsOf } from '../record/framed.records.js';
import { resolveSettings } from '../spool.options.js';
import { Counters } from '../spool.stats.js';
import { DiskSource } from './disk.source.js';
import { createSpoolDirectory, type HeldDirectory } from './spool.directory.js';

const LIMITS = { maxRecords: 100, maxBytes: 1 << 20 };
/** Small enough that every record gets a segment of its own. */
const TINY = 1;
const ORDINARY = 0;
const ERRORS = 1;

interface Setup {
  readonly maxBytes?: number;
  readonly maxAgeMillis?: number;
}

/** Reads what is in a folder as a spool does. */
class Reading implements Disposable {
  readonly counters = new Counters('sender');
  readonly events: SpoolEvent[] = [];
  readonly source: DiskSource;

  constructor(folder: TestFolder, setup: Setup = {}) {
    const destinations = { traces: { url: 'http://localhost:4318/v1/traces' } };
    const settings = resolveSettings({ directory: folder.path, service: 'test', destinations, ...setup });
    const announcer = new Announcer(
      (event) => this.events.push(event),
      () => 0,
    );
    const { counters } = this;
    this.source = new DiskSource(settings, { counters, announcer, onFinished: () => {} });
  }

  /** Everything that can be read, delivered at once. */
  readAll(limits: BatchLimits = LIMITS): string[] {
    const found: string[] = [];
    for (let left = 1000; left > 0; left -= 1) {
      const batch = this.source.take('traces', limits, new Set());
      if (batch === undefined) break;
      for (const { content } of batch.runs)
        found.push(...[...recordsOf(content)].map((record) => Buffer.from(record).toString()));
      this.source.settle(batch);
    }
    return found;
  }

  get dropped(): Record<string, number> {
    const { dropped } = this.counters.signals().traces;
    return Object.fromEntries(Object.entries(dropped).filter(([, count]) => count > 0));
  }

  [Symbol.dispose](): void {
    this.source.close();
  }
}

function write(folder: TestFolder, maxBytes?: number): { held: HeldDirectory; writers: TestWriters } {
  const held = createSpoolDirectory(folder.path, 'test');
  return { held, writers: new TestWriters(held.path, maxBytes) };
}

function segmentsOf({ path }: HeldDirectory): string[] {
  return readdirSync(path)
    .filter((name) => name.endsWith('.seg'))
    .map((name) => join(path, name));
}

/** As the kernel does when a process ends. */
function abandon(held: HeldDirectory): void {
  held.lock.release();
}

describe('Reading a directory that is being written', () => {
  it.each<BatchLimits>([
    { maxRecords: 3, maxBytes: 1 << 20 },
    { maxRecords: 100, maxBytes: 40 },
    { maxRecords: 100, maxBytes: 1 },
  ])('sends what was written together in batches of any size: %o', (limits) => {
    using folder = new TestFolder();
    const held = createSpoolDirectory(folder.path, 'test');
    const writers = new TestWriters(held.path);
    const texts = Array.from({ length: 20 }, (_, index) => `record ${index}`);
    writers.writeTogether(ORDINARY, testGroup(), ...texts.slice(0, 10));
    writers.writeTogether(ORDINARY, testGroup(), ...texts.slice(10));
    writers.close();
    using reading = new Reading(folder);
    reading.source.put({ path: held.path, lanes: writers.shared });
    expect(reading.readAll(limits)).toEqual(texts);
    expect(reading.dropped).toEqual({});
    held.lock.release();
  });

  it('gives each record once, in order, as soon as it is there', () => {
    using folder = new TestFolder();
    const { held, writers } = write(folder);
    using reading = new Reading(folder);
    reading.source.put({ path: held.path, lanes: writers.shared });
    const group = testGroup();
    expect(reading.readAll()).toEqual([]);
    writers.write(ORDINARY, group, 'a', 'b');
    expect(reading.readAll()).toEqual(['a', 'b']);
    writers.write(ORDINARY, group, 'c');
    expect(reading.readAll()).toEqual(['c']);
    expect(reading.readAll()).toEqual([]);
    held.lock.release();
  });

  it('gives what was not settled again', () => {
    using folder = new TestFolder();
    const { held, writers } = write(folder);
    using reading = new Reading(folder);
    reading.source.put({ path: held.path, lanes: writers.shared });
    writers.write(ORDINARY, testGroup(), 'a', 'b');
    const batch = reading.source.take('traces', { ...LIMITS, maxRecords: 1 }, new Set());
    expect(batch?.isFull).toBe(true);
    expect(reading.source.take('traces', LIMITS, new Set())).toBeUndefined();
    if (batch !== undefined) reading.source.giveBack(batch);
    expect(reading.readAll()).toEqual(['a', 'b']);
    held.lock.release();
  });

  it('gives up the oldest segments when there are too many bytes, those of errors last', () => {
    using folder = new TestFolder();
    const { held, writers } = write(folder, TINY);
    using reading = new Reading(folder, { maxBytes: 400 });
    reading.source.put({ path: held.path, lanes: writers.shared });
    const group = testGroup();
    writers.write(ERRORS, group, 'error 0', 'error 1');
    writers.write(ORDINARY, group, ...Array.from({ length: 20 }, (_, index) => `span ${index}`));
    reading.source.maintain(true);
    const left = reading.readAll();
    expect(left).toContain('error 0');
    expect(left).toContain('error 1');
    expect(left).toContain('span 19');
    expect(left).not.toContain('span 0');
    expect(reading.dropped).toEqual({ full: 22 - left.length });
    expect(reading.events).toMatchObject([{ type: 'drops-began', reason: 'full' }]);
    held.lock.release();
  });

  it('counts what somebody deleted', () => {
    using folder = new TestFolder();
    const { held, writers } = write(folder, TINY);
    using reading = new Reading(folder);
    writers.write(ORDINARY, testGroup(), 'a', 'b', 'c', 'd');
    for (const path of segmentsOf(held).slice(1, 3)) writeFileSync(path, '');
    reading.source.put({ path: held.path, lanes: writers.shared });
    expect(reading.readAll()).toEqual(['a', 'd']);
    expect(reading.dropped).toEqual({ corrupt: 2 });
    held.lock.release();
  });
});

describe('A directory whose process ended', () => {
  it('is left alone while the process lives, then read and removed', () => {
    using folder = new TestFolder();
    const { held, writers } = write(folder);
    writers.write(ORDINARY, testGroup(), 'a', 'b');
    using early = new Reading(folder);
    early.source.maintain(false);
    expect(early.readAll()).toEqual([]);
    abandon(held);
    using reading = new Reading(folder);
    reading.source.maintain(false);
    expect(reading.readAll()).toEqual(['a', 'b']);
    expect(reading.counters.signals().traces.adopted).toBe(2);
    reading.source.maintain(false);
    expect(readdirSync(join(folder.path, 'test'))).toEqual([]);
  });

  it('is read from where its cursor stands', () => {
    using folder = new TestFolder();
    const { held, writers } = write(folder);
    writers.write(ORDINARY, testGroup(), 'a', 'b', 'c');
    {
      using before = new Reading(folder);
      before.source.put({ path: held.path, lanes: writers.shared });
      const batch = before.source.take('traces', { ...LIMITS, maxRecords: 2 }, new Set());
      if (batch !== undefined) before.source.settle(batch);
    }
    abandon(held);
    using reading = new Reading(folder);
    reading.source.maintain(false);
    expect(reading.readAll()).toEqual(['c']);
    expect(reading.dropped).toEqual({});
  });

  it('is read without what is damaged, which is counted', () => {
    using folder = new TestFolder();
    const { held, writers } = write(folder);
    writers.write(ORDINARY, testGroup(), 'first', 'second', 'third');
    const [path = ''] = segmentsOf(held);
    const bytes = readFileSync(path);
    bytes.write('SECOND', bytes.indexOf('second'));
    writeFileSync(path, bytes);
    abandon(held);
    using reading = new Reading(folder);
    reading.source.maintain(false);
    expect(reading.readAll()).toEqual(['first', 'third']);
    expect(reading.dropped).toEqual({ corrupt: 1 });
  });

  it('is given up when it is too old', () => {
    using folder = new TestFolder();
    const { held, writers } = write(folder);
    writers.write(ORDINARY, testGroup(), 'a', 'b', 'c');
    writers.close();
    for (const path of segmentsOf(held)) utimesSync(path, 0, Date.now() / 1000 - 100);
    abandon(held);
    using reading = new Reading(folder, { maxAgeMillis: 50_000 });
    reading.source.maintain(false);
    expect(reading.readAll()).toEqual([]);
    expect(reading.dropped).toEqual({ expired: 3 });
  });

  it('that others can write is not touched', () => {
    using folder = new TestFolder();
    const { held, writers } = write(folder);
    writers.write(ORDINARY, testGroup(), 'a');
    abandon(held);
    chmodSync(held.path, 0o777);
    using reading = new Reading(folder);
    reading.source.maintain(false);
    expect(reading.readAll()).toEqual([]);
  });

  it('is read without what does not belong to it', () => {
    using folder = new TestFolder();
    using elsewhere = new TestFolder();
    const { held, writers } = write(folder);
    const alien = write(elsewhere);
    alien.writers.write(ORDINARY, testGroup(), 'not ours');
    const [target = ''] = segmentsOf(alien.held);
    writers.write(ORDINARY, testGroup(), 'a');
    symlinkSync(target, join(held.path, '0000000007-traces.seg'));
    writeFileSync(join(held.path, '0000000008-traces.seg'), 'no segment at all', { mode: 0o600 });
    writeFileSync(join(held.path, '0000000009-traces.seg'), readFileSync(target), { mode: 0o666 });
    chmodSync(join(held.path, '0000000009-traces.seg'), 0o666);
    mkdirSync(join(held.path, '0000000010-traces.seg'));
    abandon(held);
    using reading = new Reading(folder);
    reading.source.maintain(false);
    expect(reading.readAll()).toEqual(['a']);
    alien.held.lock.release();
  });
});
