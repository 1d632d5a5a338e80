import { closeSync, fdatasync } from 'node:fs';
import type { Signal } from '@nest-telemetry/otlp';
import { LANES } from '../lanes.js';
import { LaneState, nextWrite } from '../record/lane.state.js';
import { CursorFile } from './cursor.file.js';
import { LaneReader } from './lane.reader.js';
import { openToRead } from './private.directory.js';
import { listSegments, type SegmentFile } from './spool.directory.js';

/** A directory to read from. */
export interface StoreDescription {
  readonly path: string;
  /** What its writer tells; a directory that was taken over has none. */
  readonly lanes?: SharedArrayBuffer | undefined;
  /** Nothing is written into it any more, because somebody deleted its files. */
  readonly isRetired?: boolean | undefined;
}

/** The readers of one directory, and how far they got. */
export class SpoolStore {
  readonly path: string;
  readonly readers: readonly LaneReader[];
  isRetired: boolean;
  readonly isAdopted: boolean;
  readonly #lanes: SharedArrayBuffer | undefined;
  readonly #cursor: CursorFile;
  readonly #states: readonly (LaneState | undefined)[];
  readonly #synced = new Set<string>();
  #segments: SegmentFile[][];

  constructor({ path, lanes, isRetired = false }: StoreDescription) {
    this.path = path;
    this.isRetired = isRetired;
    this.isAdopted = lanes === undefined;
    this.#lanes = lanes;
    this.#cursor = new CursorFile(path);
    this.#segments = listSegments(path);
    this.#states = LANES.map(({ index }) => (lanes === undefined ? undefined : new LaneState(lanes, index)));
    this.readers = LANES.filter(({ isProvisional }) => isProvisional !== true).map((lane) => {
      const state = this.#states[lane.index];
      return new LaneReader(lane, (refresh) => this.#list(lane.index, refresh), {
        state,
        // The file may be older than what a thread that died had shared.
        expected: state?.settledSequence ?? this.#cursor.settled?.[lane.index],
      });
    });
  }

  /** Remembers on disk what is settled. Where that fails, it is delivered again after a crash. */
  save(): void {
    try {
      this.#cursor.save(this.readers.map(({ settled }) => settled));
    } catch {
      // The disk is full or gone, which whoever writes records finds out and says.
    }
  }

  /** Resolves when something comes while nothing of the signal waits; undefined where nobody tells. */
  nextWrite(signal: Signal): Promise<unknown> | undefined {
    if (this.#lanes === undefined) return undefined;
    const own = this.readers.filter(({ lane }) => lane.signal === signal);
    return nextWrite(this.#lanes, () => own.some(({ waiting }) => waiting > 0));
  }

  /** Bytes of its segments; looks at the disk. */
  measure(): number {
    this.#segments = listSegments(this.path);
    return this.#segments.flat().reduce((sum, { size }) => sum + size, 0);
  }

  /** Time of the last write to the oldest segment of a lane. */
  oldestChange(lane: number): number | undefined {
    return this.#segments[lane]?.[0]?.changed;
  }

  /**
   * Has finished segments that still wait written through to the device, so that they survive the loss of power. Not
   * those that are written to: that would stall the thread that writes.
   */
  sync(): void {
    for (const [lane, files] of this.#segments.entries()) {
      for (const { path, number } of files) {
        if (this.#synced.has(path) || this.#states[lane]?.readableSize(number) !== undefined) continue;
        this.#synced.add(path);
        syncFile(path);
      }
    }
  }

  close(): void {
    for (const reader of this.readers) reader.close();
  }

  #list(lane: number, refresh: boolean): readonly SegmentFile[] {
    if (refresh) this.#segments = listSegments(this.path);
    return this.#segments[lane] ?? [];
  }
}

function syncFile(path: string): void {
  try {
    const descriptor = openToRead(path);
    fdatasync(descriptor, () => closeSync(descriptor));
  } catch {
    // It is through, or deleted.
  }
}
