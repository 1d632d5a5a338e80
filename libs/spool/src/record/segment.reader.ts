import { closeSync, fstatSync, readSync } from 'node:fs';
import { isOwnFile, openToRead } from '../store/private.directory.js';
import { partOf } from './framed.records.js';
import { readGroup, type RecordGroup, type RecordRun } from './group.js';
import { findFrame, readFrame, RECORD_TYPE } from './record.frame.js';
import { readSegmentHeader, SEGMENT_HEADER, type SegmentHeader } from './segment.header.js';

const WINDOW = 1 << 18;
/** As many as the largest batch takes. */
const MOST_WINDOWS = 5;
const GROUP_ID = 4;

/** Records that were written together, as they were found, with the place of the first one in the lane. */
export interface FoundRecords extends RecordRun {
  readonly sequence: number;
  readonly count: number;
}

/** Reads one segment from front to back, also while it is being written. */
export class SegmentReader {
  readonly header: SegmentHeader;
  readonly #descriptor: number;
  readonly #seed: number;
  readonly #groups = new Map<number, RecordGroup>();
  #offset = SEGMENT_HEADER;
  #damaged = false;
  /** Memory that is read into, used again by each {@link read}. */
  readonly #windows: Buffer[] = [];

  private constructor(descriptor: number, header: SegmentHeader & { readonly seed: number }) {
    this.#descriptor = descriptor;
    this.header = header;
    this.#seed = header.seed;
  }

  /** Opens a segment; undefined when its header cannot be read. Throws when there is no such file. */
  static open(path: string): SegmentReader | undefined {
    const descriptor = openToRead(path);
    try {
      const bytes = Buffer.alloc(SEGMENT_HEADER);
      const read = readSync(descriptor, bytes, 0, SEGMENT_HEADER, 0);
      const header = readSegmentHeader(bytes.subarray(0, read));
      if (header !== undefined && isOwnFile(fstatSync(descriptor)))
        return new SegmentReader(descriptor, header);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    closeSync(descriptor);
    return undefined;
  }

  /** Whether something was passed over because it was not what had been written. */
  get isDamaged(): boolean {
    return this.#damaged;
  }

  /** Where reading goes on; see {@link rewind}. */
  get offset(): number {
    return this.#offset;
  }

  /** Goes back to where something was read before. What was learnt about groups stays. */
  rewind(offset: number): void {
    this.#offset = offset;
  }

  /** Bytes that are in the file, whoever writes it. */
  size(): number {
    return fstatSync(this.#descriptor).size;
  }

  /**
   * Hands over records until some are refused, which are then the next to be read, or until the end. They are good until
   * the next call.
   * @param end - how far may be read; behind it the writer may be at work
   */
  read(end: number, take: (found: FoundRecords) => boolean): void {
    for (let count = 0; this.#offset < end; count += 1) {
      const window = this.#load(Math.min(end - this.#offset, WINDOW), this.#window(count));
      let used = this.#readWindow(window, this.#offset + window.length >= end, take);
      if (used === 0) {
        // For once: a record of this length is rare.
        const length = end - this.#offset;
        const rest = this.#load(length, Buffer.allocUnsafeSlow(length));
        used = this.#readWindow(rest, true, take);
        // The file is shorter than it was said to be.
        if (rest.length === 0) used = end - this.#offset;
      }
      if (used === 'refused') return;
      this.#offset += used;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Returns how many bytes were used; the offset is right when something is refused. */
  #readWindow(window: Buffer, isLast: boolean, take: (found: FoundRecords) => boolean): number | 'refused' {
    let at = 0;
    while (at < window.length) {
      const frame = readFrame(window, at, window.length, this.#seed);
      if (typeof frame === 'string') {
        // It may go on behind the window. Damage is looked through in the largest one as well.
        if (!isLast) return at;
        this.#damaged = true;
        at = findFrame(window, at + 1, window.length, this.#seed) ?? window.length;
        continue;
      }
      if (!this.#use(window, frame, take)) {
        this.#offset += at;
        return 'refused';
      }
      at = frame.end;
    }
    return at;
  }

  #use(
    window: Buffer,
    { type, sequence, start, end }: { type: number; sequence: number; start: number; end: number },
    take: (found: FoundRecords) => boolean,
  ): boolean {
    if (type === RECORD_TYPE.group) {
      const found = readGroup(window, start, end);
      if (found !== undefined) this.#groups.set(found.id, found.group);
      return true;
    }
    const group = end - start < GROUP_ID ? undefined : this.#groups.get(window.readUInt32LE(start));
    // Without its group, which was damaged, nobody could tell what a record is about.
    if (group === undefined) {
      this.#damaged = true;
      return true;
    }
    const written = new Uint8Array(
      window.buffer,
      window.byteOffset + start + GROUP_ID,
      end - start - GROUP_ID,
    );
    const sound = partOf(written, 0, {});
    // It is as it was written, and yet it makes no sense.
    if (sound.end < written.length) this.#damaged = true;
    const content = written.subarray(0, sound.end);
    return sound.count === 0 || take({ sequence, group, content, count: sound.count });
  }

  #window(count: number): Buffer {
    if (count >= MOST_WINDOWS) return Buffer.allocUnsafeSlow(WINDOW);
    this.#windows[count] ??= Buffer.allocUnsafeSlow(WINDOW);
    return this.#windows[count];
  }

  #load(length: number, window: Buffer): Buffer {
    const read = readSync(this.#descriptor, window, 0, length, this.#offset);
    return window.subarray(0, read);
  }
}
