// What the thread that writes tells the thread that reads about a lane, and the other way round, without messages.
const NUMBER = 0;
const SIZE = 1;
const INTEGERS = 2;
const NEXT = 0;
const SETTLED = 1;
const WRITTEN = 2;
const FLOATS = 3;
const BYTES_PER_LANE = 32;
/** Behind the lanes: whether somebody who has nothing to do waits to be told of something. */
const BELL_BYTES = 8;
const NOBODY = 0;
const WAITING = 1;

/** How far a lane is written and delivered, in memory that threads share. */
export class LaneState {
  readonly #integers: Int32Array;
  readonly #floats: Float64Array;
  readonly #bell: Int32Array;

  constructor(shared: SharedArrayBuffer, lane: number) {
    const offset = lane * BYTES_PER_LANE;
    this.#integers = new Int32Array(shared, offset, INTEGERS);
    this.#floats = new Float64Array(shared, offset + INTEGERS * Int32Array.BYTES_PER_ELEMENT, FLOATS);
    this.#bell = bellOf(shared);
  }

  static share(lanes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(lanes * BYTES_PER_LANE + BELL_BYTES);
  }

  /** Begins a segment. The size goes first, so that no reader ever pairs the new number with the old size. */
  begin(number: number): void {
    Atomics.store(this.#integers, SIZE, 0);
    Atomics.store(this.#integers, NUMBER, number);
  }

  /** Everything up to here is in the file. */
  publish(size: number, nextSequence: number): void {
    this.#floats[WRITTEN] = (this.#floats[WRITTEN] ?? 0) + size - Atomics.load(this.#integers, SIZE);
    this.#floats[NEXT] = nextSequence;
    Atomics.store(this.#integers, SIZE, size);
    // Looking costs next to nothing, telling a good deal.
    if (Atomics.load(this.#bell, 0) === WAITING) {
      Atomics.store(this.#bell, 0, NOBODY);
      Atomics.notify(this.#bell, 0);
    }
  }

  /** Number of the segment that is being written; 0 before the first. */
  get activeNumber(): number {
    return Atomics.load(this.#integers, NUMBER);
  }

  /** Bytes that may be read of a segment; undefined when it is no longer written and can be read to its end. */
  readableSize(number: number): number | undefined {
    for (;;) {
      const active = this.activeNumber;
      const size = Atomics.load(this.#integers, SIZE);
      if (active === this.activeNumber) return active === number ? size : undefined;
    }
  }

  /** Sequence number of the record that is written next. */
  get nextSequence(): number {
    return this.#floats[NEXT] ?? 0;
  }

  /** Sequence number of the first record that is neither delivered nor given up. */
  get settledSequence(): number {
    return this.#floats[SETTLED] ?? 0;
  }

  set settledSequence(sequence: number) {
    this.#floats[SETTLED] = sequence;
  }

  /** Bytes written to all segments of the lane. */
  get bytesWritten(): number {
    return this.#floats[WRITTEN] ?? 0;
  }
}

/**
 * Resolves when something is written into any of the lanes. Undefined when it is there already.
 * @param isThere - asked once more, for it may have come in between
 */
export function nextWrite(shared: SharedArrayBuffer, isThere: () => boolean): Promise<unknown> | undefined {
  const bell = bellOf(shared);
  Atomics.store(bell, 0, WAITING);
  if (isThere()) return undefined;
  const wait = Atomics.waitAsync(bell, 0, WAITING);
  return wait.async ? wait.value : undefined;
}

function bellOf(shared: SharedArrayBuffer): Int32Array {
  return new Int32Array(shared, shared.byteLength - BELL_BYTES, 1);
}
