import type { Series } from './series.js';

/** The series of a metric as they are at one moment. They can be gone through several times, and are the same each time. */
export class SeriesList implements Iterable<Series> {
  readonly #length: number;

  constructor(
    /** May grow meanwhile; what is in it stays. */
    private readonly list: readonly Series[],
    private readonly overflow: Series | undefined,
  ) {
    this.#length = list.length;
  }

  *[Symbol.iterator](): Iterator<Series> {
    for (let index = 0; index < this.#length; index++) yield this.list[index] as Series;
    if (this.overflow !== undefined) yield this.overflow;
  }
}
