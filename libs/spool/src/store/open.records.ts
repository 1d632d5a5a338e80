import { unlinkSync } from 'node:fs';
import { OPEN } from '../lanes.js';
import { LaneState } from '../record/lane.state.js';
import { encodeOpen } from '../record/open.entry.js';
import { LaneWriter, type WritableGroup } from './lane.writer.js';
import { segmentPath } from './spool.directory.js';

/** How often the file says that the process lives, while something is open. */
const ALIVE_MILLIS = 250;
/** The file is begun anew when it has grown to this and to several times what is open. */
const COMPACT_BYTES = 1 << 20;
const GROWTH = 4;
const UNLIMITED = { maxBytes: Infinity, maxMillis: Infinity };

interface Open {
  readonly group: WritableGroup;
  readonly record: Uint8Array;
}

/**
 * What the process is at. Each record is in the file until it is ended; whoever takes the directory over when the process
 * died delivers those that are left (`interrupted.ts`). What throws has lost nothing but the protection.
 */
export class OpenRecords {
  readonly #directory: string;
  readonly #state = new LaneState(LaneState.share(OPEN + 1), OPEN);
  readonly #open = new Map<number, Open>();
  #writer: LaneWriter;
  /** 0 is for signs of life. */
  #lastKey = 0;
  #bytes = 0;
  #openBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(directory: string) {
    this.#directory = directory;
    this.#writer = this.#newWriter();
  }

  get size(): number {
    return this.#open.size;
  }

  /** Writes a record down. Returns the key to {@link end} it with. */
  begin(group: WritableGroup, record: Uint8Array): number {
    this.#lastKey += 1;
    const key = this.#lastKey;
    this.#open.set(key, { group, record });
    this.#openBytes += record.length;
    this.#write(group, encodeOpen({ key, time: Date.now(), record }));
    this.#timer ??= setInterval(() => this.#sayAlive(), ALIVE_MILLIS).unref();
    return key;
  }

  end(key: number): void {
    const known = this.#open.get(key);
    if (known === undefined || this.#isClosed) return;
    this.#open.delete(key);
    this.#openBytes -= known.record.length;
    if (this.#open.size === 0) this.#stopTimer();
    this.#write(known.group, encodeOpen({ key, time: Date.now() }));
    if (this.#bytes > COMPACT_BYTES && this.#bytes > GROWTH * this.#openBytes) this.#compact();
  }

  /** What is open stays in the file. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer();
    this.#writer.close();
  }

  #sayAlive(): void {
    const [any] = this.#open.values();
    if (any === undefined) return;
    try {
      this.#write(any.group, encodeOpen({ key: 0, time: Date.now() }));
    } catch {
      // The disk cannot be used, which whoever writes records finds out and says.
    }
  }

  #write(group: WritableGroup, entry: Uint8Array): void {
    this.#writer.add(group, entry, performance.now());
    try {
      this.#writer.flush();
    } catch (error) {
      this.#writer.close();
      this.#writer = this.#newWriter();
      throw error;
    }
    this.#bytes += entry.length;
  }

  /** Writes what is open to a new file and deletes the old ones; until then both tell the same. */
  #compact(): void {
    const before = this.#state.activeNumber;
    this.#writer.close();
    this.#writer = this.#newWriter();
    this.#bytes = 0;
    for (const [key, { group, record }] of this.#open)
      this.#write(group, encodeOpen({ key, time: Date.now(), record }));
    for (let number = before; number >= 0; number -= 1) {
      try {
        unlinkSync(segmentPath(this.#directory, OPEN, number));
      } catch {
        // Those before it went earlier.
        return;
      }
    }
  }

  #newWriter(): LaneWriter {
    return new LaneWriter(this.#directory, OPEN, this.#state, UNLIMITED);
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
