/** One value kept for a while. */
export class ExpiringValue<T> {
  private value: T | undefined;
  private expiresAt = 0;

  constructor(
    private readonly milliseconds: number,
    private readonly now: () => number = Date.now,
  ) {}

  get(): T | undefined {
    return this.now() < this.expiresAt ? this.value : undefined;
  }

  set(value: T): void {
    this.value = value;
    this.expiresAt = this.now() + this.milliseconds;
  }
}
