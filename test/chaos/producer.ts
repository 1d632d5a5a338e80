import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Destination, SpoolEvent, SpoolOptions, SpoolStats } from '@nest-telemetry/spool';
import { Program } from '../e2e/program.js';

/** Whether there is time. */
export const isLong = process.env['CHAOS'] === 'long';

/** What a process of `fixtures/spool.mjs` does. */
export interface Production {
  /** Begins the names of its spans. */
  readonly run: string;
  readonly count: number;
  /** Spans per second; 0 is as fast as it can. */
  readonly rate: number;
  readonly end: 'settle' | 'close' | 'exit' | 'throw' | 'reject' | 'signal' | 'natural';
  /** A file with the number of spans that were appended. */
  readonly acknowledged?: string;
  /** How many of its sender threads are ended by force. */
  readonly threadDeaths?: number;
}

/** What it tells at its end. */
export interface FinalStats extends SpoolStats {
  /** Bytes of memory that it had more at its peak than when it had just begun. */
  readonly growth: number;
  /** Most bytes of memory it had. */
  readonly rss: number;
}

/** A private folder for one test. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'nest-telemetry-spool-'));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Options that make things happen soon. */
export function optionsFor(directory: string, destination: Destination): SpoolOptions {
  return {
    directory,
    service: 'chaos',
    destinations: { traces: destination },
    batch: { delayMillis: 100 },
    adoptionMillis: 200,
    retry: { maxMillis: 1000 },
  };
}

export function produce(options: SpoolOptions, production: Production): Program {
  return new Program('spool.mjs', { settings: { options, ...production } });
}

/** A process that only delivers what others left behind. */
export async function deliverTheRest(options: SpoolOptions): Promise<FinalStats> {
  await using program = produce(options, { run: 'nobody', count: 0, rate: 0, end: 'settle' });
  return await statsOf(program);
}

export async function statsOf(program: Program): Promise<FinalStats> {
  return JSON.parse(await program.says('stats')) as FinalStats;
}

export function eventsOf(program: Program): SpoolEvent[] {
  return [...program.stdout.matchAll(/^@event (.*)$/gm)].map(
    ([, json = '']) => JSON.parse(json) as SpoolEvent,
  );
}

/** All that were given up, for whatever reason. */
export function droppedOf({ signals: { traces } }: SpoolStats): number {
  return Object.values(traces.dropped).reduce((sum, count) => sum + count, 0);
}

/** Names of spans of a run. */
export function namesOf(run: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${run}:${index}`);
}

/** Random numbers that can be had again: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run, said so that it can be run again with `SEED`. */
export function chooseSeed(what: string): number {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
  console.log(`${what}: SEED=${seed}`);
  return seed;
}
