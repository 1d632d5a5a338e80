import type { Attributes } from '@opentelemetry/api';
import { warn } from '../../telemetry.warnings.js';
import { type AttributeSet, attributeSetOf, valuesKey } from './attribute-sets.js';
import type { Series } from './series.js';

/** What everything without a place of its own is counted in. */
export const OVERFLOW: AttributeSet = attributeSetOf({ 'otel.metric.overflow': true });

/** Series nobody wrote to for that long make room for others, but only where room is needed. */
const STALE_AFTER_MILLIS = 10 * 60_000;
const SWEEP_INTERVAL_MILLIS = 60_000;

/**
 * Holds the number of series of one metric below its limit, whatever is recorded and however often it is collected.
 *
 * - One of them is the overflow series, which takes everything that has no place of its own, so that sums stay right.
 * - Half of the places are kept for reserved sets, once there are any: made-up paths cannot hide declared routes.
 * - A metric that is full gives up series that were not written to for ten minutes. One that is not keeps all.
 */
export class CardinalityGuard {
  /** Measurements that were counted in the overflow series. */
  folded = 0;
  readonly #places: number;
  /** Values by the names reserved together. */
  readonly #reserved = new Map<string, { readonly names: string[]; readonly values: Set<string> }>();
  /** Series that are not reserved. */
  #unreserved = 0;
  #hasWarned = false;
  #sweptAt = 0;

  constructor(
    private readonly metric: string,
    private readonly limit: number,
  ) {
    this.#places = Math.max(1, limit - 1);
  }

  /** Keeps room for sets that have all of these attributes. */
  reserve(attributes: Attributes): void {
    const names = Object.keys(attributes).toSorted();
    const key = names.join('\n');
    let group = this.#reserved.get(key);
    if (group === undefined) this.#reserved.set(key, (group = { names, values: new Set() }));
    const values = valuesKey(attributes, names);
    // As many reservations as the metric can have series are enough; without a bound they would be the leak.
    if (values !== undefined && group.values.size < this.limit) group.values.add(values);
  }

  /** Whether a new series may be made, where there are so many. */
  admits(attributes: Attributes, count: number): boolean {
    if (count >= this.#places) return false;
    if (this.#reserved.size === 0 || this.#isReserved(attributes)) return true;
    return this.#unreserved < Math.max(1, Math.floor(this.#places / 2));
  }

  /** To be told of every series that is made; whether it has a place that was kept for it. */
  admitted(attributes: Attributes): boolean {
    const isReserved = this.#isReserved(attributes);
    if (!isReserved) this.#unreserved += 1;
    return isReserved;
  }

  /** The series that may be given up; mostly none, for it is looked for once a minute. */
  stale(series: readonly Series[], now = Date.now()): Series[] {
    if (now - this.#sweptAt < SWEEP_INTERVAL_MILLIS) return [];
    this.#sweptAt = now;
    const stale: Series[] = [];
    for (const each of series) {
      if (each.cell.updates !== each.seenUpdates) {
        each.seenUpdates = each.cell.updates;
        each.seenAt = now;
      } else if (now - each.seenAt >= STALE_AFTER_MILLIS) {
        stale.push(each);
      }
    }
    return stale;
  }

  /** To be told of every series that was given up. */
  released({ isReserved }: Series): void {
    if (!isReserved) this.#unreserved -= 1;
  }

  /** Says once which attribute has the most values. */
  overflowed(series: readonly Series[]): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const [attribute = 'none', count = 0] = mostDiverse(series) ?? [];
    warn('NT_METRIC_CARDINALITY', { metric: this.metric, limit: this.limit, attribute, count });
  }

  #isReserved(attributes: Attributes): boolean {
    for (const { names, values } of this.#reserved.values()) {
      const key = valuesKey(attributes, names);
      if (key !== undefined && values.has(key)) return true;
    }
    return false;
  }
}

function mostDiverse(series: readonly Series[]): [string, number] | undefined {
  const values = new Map<string, Set<unknown>>();
  for (const { attributes } of series) {
    for (const [name, value] of Object.entries(attributes)) {
      let seen = values.get(name);
      if (seen === undefined) values.set(name, (seen = new Set()));
      seen.add(Array.isArray(value) ? value.join() : value);
    }
  }
  const counts = [...values].map(([name, seen]): [string, number] => [name, seen.size]);
  return counts.toSorted(([, a], [, b]) => b - a)[0];
}
