import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SpoolEvent } from '@nest-telemetry/spool';
import { describe, expect, it } from 'vitest';
import { Collector } from './collector.js';
import { droppedOf, eventsOf, Folder, namesOf, optionsFor, produce, statsOf } from './producer.js';

const SPANS = 3000;
const RATE = 1000;

/** A file system in memory, of its own size. */
class SmallDisk implements Disposable {
  readonly path: string;

  constructor(folder: Folder, options: string) {
    this.path = join(folder.path, 'disk');
    mkdirSync(this.path);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `${options},mode=0700`, 'tmpfs', this.path], {
      stdio: 'ignore',
    });
  }

  remount(options: string): void {
    execFileSync('mount', ['-o', `remount,${options}`, this.path]);
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['-l', this.path]);
  }
}

function canMount(): boolean {
  try {
    using folder = new Folder();
    using disk = new SmallDisk(folder, 'size=64k');
    return disk.path !== '';
  } catch {
    return false;
  }
}

function typesOf(events: readonly SpoolEvent[]): string[] {
  return events.map(({ type }) => type);
}

function missingOf(collector: Collector, run: string): string[] {
  return namesOf(run, SPANS).filter((name) => !collector.taken.has(name));
}

describe.skipIf(!canMount())('On a disk of its own (mounting is not allowed here)', () => {
  it('that gets full, spans are kept in memory until the disk is free again', async () => {
    using folder = new Folder();
    using disk = new SmallDisk(folder, 'size=256k');
    await using collector = await new Collector().start();
    let isDown = true;
    collector.behave = () => (isDown ? { do: 'refuse', status: 503 } : { do: 'take' });
    const options = { ...optionsFor(disk.path, { url: collector.url }), segment: { maxBytes: 65_536 } };
    await using program = produce(options, { run: 'full', count: SPANS, rate: RATE, end: 'settle' });
    await program.prints(/memory-only/);
    await delay(500);
    expect(collector.taken.size).toBe(0);
    isDown = false;
    const stats = await statsOf(program);
    expect(missingOf(collector, 'full')).toEqual([]);
    expect(droppedOf(stats)).toBe(0);
    expect(stats.signals.traces.sent).toBe(SPANS);
    expect(collector.duplicates).toBe(0);
    const told = typesOf(eventsOf(program)).filter((type) => type === 'memory-only' || type === 'disk-again');
    expect(told).toContain('disk-again');
    expect(told.filter((type) => type === 'memory-only')).toHaveLength(1);
    expect(eventsOf(program).length).toBeLessThanOrEqual(12);
  });

  it('that cannot be written at first, spans are delivered from memory and then go to disk', async () => {
    using folder = new Folder();
    using disk = new SmallDisk(folder, 'size=8m');
    disk.remount('ro');
    await using collector = await new Collector().start();
    const options = optionsFor(join(disk.path, 'spool'), { url: collector.url });
    await using program = produce(options, { run: 'readonly', count: SPANS, rate: RATE, end: 'settle' });
    await program.prints(/memory-only/);
    await delay(1000);
    expect(collector.taken.size).toBeGreaterThan(0);
    disk.remount('rw');
    await program.prints(/disk-again/);
    const stats = await statsOf(program);
    expect(missingOf(collector, 'readonly')).toEqual([]);
    expect(droppedOf(stats)).toBe(0);
    expect(typesOf(eventsOf(program))).toEqual(['memory-only', 'disk-again']);
  });
});

describe('A spool', () => {
  it('whose directory is deleted makes another one, and counts what was lost', async () => {
    using folder = new Folder();
    await using collector = await new Collector().start();
    collector.behave = () => ({ do: 'refuse', status: 503 });
    const directory = join(folder.path, 'spool');
    const options = optionsFor(directory, { url: collector.url });
    await using program = produce(options, { run: 'deleted', count: SPANS, rate: RATE, end: 'settle' });
    await program.says('ready');
    await delay(1000);
    rmSync(directory, { recursive: true });
    await program.says('produced');
    collector.behave = () => ({ do: 'take' });
    const stats = await statsOf(program);
    expect(stats.signals.traces.sent + droppedOf(stats)).toBe(SPANS);
    expect(droppedOf(stats)).toBe(stats.signals.traces.dropped.missing);
    expect(missingOf(collector, 'deleted')).toHaveLength(droppedOf(stats));
    expect(stats.waiting).toBe(0);
    expect(collector.duplicates).toBe(0);
  });

  it.each<[string, (directory: string, folder: string) => void]>([
    ['a link', (directory, folder) => symlinkSync(folder, directory)],
    [
      'writable by others',
      (directory) => {
        mkdirSync(directory);
        chmodSync(directory, 0o777);
      },
    ],
    [
      'below one that others can exchange',
      (directory) => {
        mkdirSync(directory);
        chmodSync(join(directory, '..'), 0o777);
      },
    ],
  ])('whose directory is %s does not touch it, and delivers from memory', async (_what, prepare) => {
    using folder = new Folder();
    await using collector = await new Collector().start();
    const directory = join(folder.path, 'spool');
    prepare(directory, join(folder.path));
    const options = optionsFor(directory, { url: collector.url });
    await using program = produce(options, { run: 'unsafe', count: 500, rate: RATE, end: 'close' });
    const stats = await statsOf(program);
    expect(stats.signals.traces.sent).toBe(500);
    expect(collector.taken.size).toBe(500);
    expect(typesOf(eventsOf(program))).toEqual(['memory-only']);
  });
});
