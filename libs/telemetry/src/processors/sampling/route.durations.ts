/** Routes that are told apart; further ones have no percentile. */
const MAX_ROUTES = 500;
/** Each bucket is a tenth wider than the one before: estimates are at most that far off. */
const GROWTH = Math.log(1.1);
const SHORTEST = 0.1;
/** Up to about four minutes. */
const BUCKETS = 156;
/** Before that a percentile says nothing. */
const LEAST_COUNT = 100;
/** Then all counts are halved, so that the estimate follows a route that becomes slower or faster. */
const FULL = 10_000;
/** Requests between two looks at the buckets. */
const PATIENCE = 50;

class Durations {
  /** Milliseconds. */
  limit = Infinity;
  #total = 0;
  #stale = 0;
  #counts = new Uint16Array(BUCKETS);

  add(millis: number, percentile: number): void {
    const bucket = Math.floor(Math.log(Math.max(millis, SHORTEST) / SHORTEST) / GROWTH);
    const at = Math.min(bucket, BUCKETS - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#total += 1;
    this.#stale += 1;
    if (this.#total < LEAST_COUNT || (this.#stale < PATIENCE && this.limit !== Infinity)) return;
    this.#stale = 0;
    this.limit = this.#percentile(percentile);
    if (this.#total >= FULL) this.#halve();
  }

  /** The upper bound of the bucket it is in. */
  #percentile(percentile: number): number {
    const rank = this.#total * percentile;
    let passed = 0;
    const at = this.#counts.findIndex((count) => (passed += count) >= rank);
    return SHORTEST * Math.exp((at + 1) * GROWTH);
  }

  #halve(): void {
    this.#counts = this.#counts.map((count) => count >> 1);
    this.#total = this.#counts.reduce((sum, count) => sum + count, 0);
  }
}

/** How long the requests of each route take, in a few hundred bytes a route. */
export class RouteDurations {
  readonly #routes = new Map<string, Durations>();

  constructor(private readonly percentile: number) {}

  /** Whether it is slower than the percentile of those before it; then it is one of them. */
  isSlow(route: string, millis: number): boolean {
    let durations = this.#routes.get(route);
    if (durations === undefined) {
      if (this.#routes.size >= MAX_ROUTES) return false;
      durations = new Durations();
      this.#routes.set(route, durations);
    }
    const isSlow = millis > durations.limit;
    durations.add(millis, this.percentile);
    return isSlow;
  }
}
