import type { Attributes } from '@opentelemetry/api';

/** One step: the attributes so far, and what may follow. */
class Step<T> {
  /** The name that followed first. Callers name attributes in one order, so that there is seldom another. */
  name: string | undefined;
  values: Map<unknown, Step<T>> | undefined;
  others: Map<string, Map<unknown, Step<T>>> | undefined;
  found: T | undefined;

  next(name: string, value: unknown): Step<T> | undefined {
    return (name === this.name ? this.values : this.others?.get(name))?.get(value);
  }

  grow(name: string, value: unknown): Step<T> {
    const step = new Step<T>();
    this.#valuesOf(name).set(value, step);
    return step;
  }

  #valuesOf(name: string): Map<unknown, Step<T>> {
    if (this.values === undefined) {
      this.name = name;
      return (this.values = new Map());
    }
    if (name === this.name) return this.values;
    this.others ??= new Map();
    let values = this.others.get(name);
    if (values === undefined) this.others.set(name, (values = new Map()));
    return values;
  }
}

/**
 * Finds what belongs to a set of attributes by walking its names and values as they come, one look-up for each, without
 * making a text of them. It is a cache: sets in an order it has not seen, and sets with objects among their values, are
 * not found in it.
 */
export class AttributeTrie<T> {
  #root = new Step<T>();
  #size = 0;

  constructor(private readonly maxSize: number) {}

  get isFull(): boolean {
    return this.#size >= this.maxSize;
  }

  /** @throws what a getter among the attributes throws */
  find(attributes: Attributes | undefined): T | undefined {
    let step = this.#root;
    for (const name in attributes) {
      const next = step.next(name, attributes[name]);
      if (next === undefined) return undefined;
      step = next;
    }
    return step.found;
  }

  /** Remembers, while there is room, what {@link find} is to answer for attributes like these. */
  remember(attributes: Attributes | undefined, found: T): void {
    if (this.isFull || !isSimple(attributes)) return;
    let step = this.#root;
    for (const name in attributes) {
      const value = attributes[name];
      step = step.next(name, value) ?? step.grow(name, value);
    }
    if (step.found === undefined) this.#size += 1;
    step.found = found;
  }

  clear(): void {
    this.#root = new Step<T>();
    this.#size = 0;
  }
}

/** An object may change after it was seen, and what is inherited is not an attribute. */
function isSimple(attributes: Attributes | undefined): boolean {
  for (const name in attributes) {
    if (!Object.hasOwn(attributes, name)) return false;
    const value: unknown = attributes[name];
    if (typeof value === 'function' || (typeof value === 'object' && value !== null)) return false;
  }
  return true;
}
