import { closeSync, fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { framingOf, writeFraming } from '../record/framed.records.js';
import { groupLength, type RecordGroup, type StoredRecord, writeGroup } from '../record/group.js';
import type { LaneState } from '../record/lane.state.js';
import { FRAME_HEADER, RECORD_TYPE, sealFrame } from '../record/record.frame.js';
import { SEGMENT_HEADER, writeSegmentHeader } from '../record/segment.header.js';
import { createPrivateFile } from './private.directory.js';
import { segmentPath } from './spool.directory.js';

/** A group with what writers remember of it. */
export interface WritableGroup extends RecordGroup {
  readonly id: number;
  /** Per lane, the segment that it was last written into. */
  readonly definedIn: number[];
}

interface WriterLimits {
  readonly maxBytes: number;
  readonly maxMillis: number;
}

/** The files are gone though writing to them works. */
export class SegmentGoneError extends Error {}

let nextSegment = 1;
const BUFFER = 1 << 16;
const GROUP_ID = 4;
/** What is damaged is a frame, so it should be no more than a trace or so. */
const LARGE_FRAME = 4096;
const CHECK_EVERY_MILLIS = 1000;

/** Appends the records of one lane to its segments. After an error it has to be closed and another one made. */
export class LaneWriter {
  readonly #directory: string;
  readonly #lane: number;
  readonly #state: LaneState;
  readonly #limits: WriterLimits;
  #buffer = Buffer.allocUnsafeSlow(BUFFER);
  #filled = 0;
  /** Groups of the records in the buffer that are not in the file yet, and where each record begins and ends there. */
  #pending: WritableGroup[] = [];
  #places: number[] = [];
  #pendingSince = 0;
  /** The frame that messages are being put into, of one group; sealed when it is written. */
  #frameGroup: WritableGroup | undefined;
  #frameAt = 0;
  #frameSequence = 0;
  #descriptor: number | undefined;
  #number = 0;
  /** Tells segments of all directories apart. */
  #segment = 0;
  #size = 0;
  #seed = 0;
  #nextSequence: number;
  #openedAt = 0;
  #checkedAt = 0;

  constructor(directory: string, lane: number, state: LaneState, limits: WriterLimits) {
    this.#directory = directory;
    this.#lane = lane;
    this.#state = state;
    this.#limits = limits;
    this.#nextSequence = state.nextSequence;
  }

  /**
   * Copies a record into the buffer; {@link flush} puts the buffer into the file. What throws has not taken the record.
   */
  add(group: WritableGroup, message: Uint8Array, now: number): void {
    this.#prepare(now);
    if (this.#pending.length === 0) this.#pendingSince = now;
    if (group.definedIn[this.#lane] !== this.#segment) this.#define(group);
    if (this.#frameGroup !== group || this.#filled - this.#frameAt > LARGE_FRAME) this.#openFrame(group);
    const at = this.#reserve(framingOf(message.length) + message.length);
    const start = writeFraming(this.#buffer, at, message.length);
    this.#buffer.set(message, start);
    this.#nextSequence += 1;
    this.#pending.push(group);
    this.#places.push(start, start + message.length);
  }

  /** Whether the buffer has grown enough. */
  get isLarge(): boolean {
    return this.#filled >= BUFFER / 2;
  }

  /** Whether the buffer has waited or grown enough. */
  isDue(now: number, maxMillis: number): boolean {
    return this.isLarge || now - this.#pendingSince >= maxMillis;
  }

  /** Writes what is in the buffer, all or nothing. */
  flush(): void {
    if (this.#filled === 0 || this.#descriptor === undefined) return;
    this.#sealFrame();
    const written = writeSync(this.#descriptor, this.#buffer, 0, this.#filled, this.#size);
    if (written !== this.#filled) {
      // A full disk takes the first part without an error.
      ftruncateSync(this.#descriptor, this.#size);
      throw new Error(`the disk took ${written} of ${this.#filled} bytes`);
    }
    this.#size += written;
    this.#forget();
    this.#state.publish(this.#size, this.#nextSequence);
  }

  /** Closes the segment. Returns the records that never got into a file; nothing is thrown. */
  close(): StoredRecord[] {
    const pending = this.#pending.map((group, index) => ({
      group,
      message: Uint8Array.from(this.#buffer.subarray(this.#places[2 * index], this.#places[2 * index + 1])),
    }));
    this.#forget();
    this.#nextSequence = this.#state.nextSequence;
    if (this.#descriptor !== undefined) {
      try {
        closeSync(this.#descriptor);
      } catch {
        // A failing disk may say so now; there is nothing left to do with the file.
      }
      this.#descriptor = undefined;
      // Readers take a segment that is not the active one for finished.
      this.#state.begin(this.#number + 1);
    }
    return pending;
  }

  #forget(): void {
    this.#frameGroup = undefined;
    this.#filled = 0;
    this.#pending.length = 0;
    this.#places.length = 0;
  }

  /** Sees to it that there is a segment to write into. */
  #prepare(now: number): void {
    if (this.#descriptor !== undefined) {
      if (now - this.#checkedAt >= CHECK_EVERY_MILLIS) this.#check(now);
      const isOver =
        this.#size + this.#filled >= this.#limits.maxBytes || now - this.#openedAt >= this.#limits.maxMillis;
      if (!isOver) return;
      this.flush();
      this.close();
    }
    const number = this.#state.activeNumber;
    try {
      this.#descriptor = createPrivateFile(segmentPath(this.#directory, this.#lane, number));
    } catch (error) {
      // The name may be taken by something that is not ours.
      this.#state.begin(number + 1);
      throw error;
    }
    this.#number = number;
    this.#segment = nextSegment;
    nextSegment += 1;
    this.#state.begin(number);
    this.#size = 0;
    this.#openedAt = now;
    this.#checkedAt = now;
    const firstSequence = this.#nextSequence;
    this.#seed = writeSegmentHeader(this.#buffer, { created: Date.now(), firstSequence, lane: this.#lane });
    this.#filled = SEGMENT_HEADER;
  }

  /** Writing into a file that somebody deleted works, and is lost. */
  #check(now: number): void {
    this.#checkedAt = now;
    if (this.#descriptor !== undefined && fstatSync(this.#descriptor).nlink === 0)
      throw new SegmentGoneError('somebody deleted the files of the spool');
  }

  #define(group: WritableGroup): void {
    this.#sealFrame();
    const length = groupLength(group);
    const at = this.#reserve(FRAME_HEADER + length);
    writeGroup(this.#buffer, at + FRAME_HEADER, group.id, group);
    this.#seal(at, length, RECORD_TYPE.group, this.#nextSequence);
    group.definedIn[this.#lane] = this.#segment;
  }

  /** Begins a frame for messages of a group; those that are written together share one. */
  #openFrame(group: WritableGroup): void {
    this.#sealFrame();
    this.#frameAt = this.#reserve(FRAME_HEADER + GROUP_ID);
    this.#frameGroup = group;
    this.#frameSequence = this.#nextSequence;
    this.#buffer.writeUInt32LE(group.id, this.#frameAt + FRAME_HEADER);
  }

  #sealFrame(): void {
    if (this.#frameGroup === undefined) return;
    this.#frameGroup = undefined;
    const length = this.#filled - this.#frameAt - FRAME_HEADER;
    this.#seal(this.#frameAt, length, RECORD_TYPE.messages, this.#frameSequence);
  }

  #reserve(length: number): number {
    const at = this.#filled;
    const needed = at + length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    this.#filled = needed;
    return at;
  }

  #seal(at: number, length: number, type: number, sequence: number): void {
    sealFrame(this.#buffer, at, { length, sequence, type, seed: this.#seed });
  }
}
