/** Lets the first so many names through and calls all others `_OTHER`: what names spans and metrics must be few. */
export class KnownNames {
  readonly #limit: number;
  readonly #names = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  known(name: string): string {
    if (this.#names.has(name)) return name;
    if (this.#names.size >= this.#limit) return '_OTHER';
    this.#names.add(name);
    return name;
  }
}
