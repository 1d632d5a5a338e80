/** How many bytes of requests may be in memory: while they come in, while they wait and while they are written. */
export class ByteBudget {
  #taken = 0;

  constructor(private readonly most: number) {}

  /** False when there is no room; nothing is taken then. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.most) return false;
    this.#taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}

/** What one request has of a budget. */
export class Share implements Disposable {
  #taken = 0;

  constructor(private readonly budget: ByteBudget) {}

  take(bytes: number): boolean {
    const isThere = this.budget.take(bytes);
    if (isThere) this.#taken += bytes;
    return isThere;
  }

  [Symbol.dispose](): void {
    this.budget.give(this.#taken);
    this.#taken = 0;
  }
}
