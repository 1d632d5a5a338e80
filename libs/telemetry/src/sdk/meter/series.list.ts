import type { Series } from './series.js';

/** The series of a metric as they are at one moment. They can be gone through several times, and are the same each time. */
export class SeriesList implements Iterable<Series> {
  readonly length: number;

  constructor(
    /** May grow meanwhile; what is in it stays. */
    private readonly list: readonly Series[],
    private readonly overflow: Series | undefined,
  ) {
    this.length = list.length + (overflow === undefined ? 0 : 1);
  }

  /** One of them, by numbers from 0; the one for overflow is the last. */
  at(index: number): Series {
    return index === this.length - 1 && this.overflow !== undefined
      ? this.overflow
      : (this.list[index] as Series);
  }

  *[Symbol.iterator](): Iterator<Series> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}
