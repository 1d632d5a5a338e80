import { type AttributeSet, isSameSet } from './attribute-sets.js';
import { Series } from './series.js';

/** Several sets of one hash are the exception. */
type Found = Series | readonly Series[];

/** Finds the series of a set of attributes; by numbers, because texts are costly keys (see `textHash`). */
export class SeriesIndex {
  readonly #byHash = new Map<number, Found>();

  find({ hash, attributes }: AttributeSet): Series | undefined {
    const found = this.#byHash.get(hash);
    if (!(found instanceof Series)) return found?.find((series) => isSameSet(series.attributes, attributes));
    return isSameSet(found.attributes, attributes) ? found : undefined;
  }

  add(series: Series): void {
    const known = this.#byHash.get(series.hash);
    this.#byHash.set(series.hash, known === undefined ? series : [known, series].flat());
  }

  delete(series: Series): void {
    const others = [this.#byHash.get(series.hash) ?? []].flat().filter((other) => other !== series);
    if (others.length === 0) this.#byHash.delete(series.hash);
    else this.#byHash.set(series.hash, others);
  }
}
