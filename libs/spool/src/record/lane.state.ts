// What the thread that writes tells the thread that reads about a lane, and the other way round, without messages.
const NUMBER = 0;
const SIZE = 1;
const INTEGERS = 2;
const NEXT = 0;
const SETTLED = 1;
const WRITTEN = 2;
const FLOATS = 3;
const BYTES_PER_LANE = 32;

/** How far a lane is written and delivered, in memory that threads share. */
export class LaneState {
  readonly #integers: Int32Array;
  readonly #floats: Float64Array;

  constructor(shared: SharedArrayBuffer, lane: number) {
    const offset = lane * BYTES_PER_LANE;
    this.#integers = new Int32Array(shared, offset, INTEGERS);
    this.#floats = new Float64Array(shared, offset + INTEGERS * Int32Array.BYTES_PER_ELEMENT, FLOATS);
  }

  static share(lanes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(lanes * BYTES_PER_LANE);
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
