import type { MetricRow } from '../../libs/telemetry/src/metrics/catalog.ts';
import { countedOf, failed, familyOf } from './series.ts';

/** What a query is about. */
export interface Scope {
  /** Labels that stay apart. */
  readonly by: readonly string[];
  /** e.g. `5m` */
  readonly window: string;
  /** e.g. `job="shop"` */
  readonly where?: readonly string[];
}

export const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

export function select(name: string, where: readonly string[] = []): string {
  return where.length === 0 ? name : `${name}{${where.join(',')}}`;
}

export function sumBy(by: readonly string[], expression: string): string {
  return by.length === 0 ? `sum(${expression})` : `sum by (${by.join(', ')}) (${expression})`;
}

/** How many there were a second. */
export function rate(row: MetricRow, { by, window, where = [] }: Scope): string {
  return sumBy(by, `rate(${select(countedOf(row), where)}[${window}])`);
}

/** The share that failed, 0 to 1; 0 also where nothing ever failed and so there is no series of failures. */
export function errorRatio(row: MetricRow, scope: Scope): string {
  const all = rate(row, scope);
  const errors = rate(row, { ...scope, where: [...(scope.where ?? []), failed(row)] });
  return `(${errors} or ${all} * 0) / ${all}`;
}

/** A quantile of a histogram, in its unit. */
export function quantile(q: number, row: MetricRow, { by, window, where = [] }: Scope): string {
  const buckets = sumBy(['le', ...by], `rate(${select(`${familyOf(row)}_bucket`, where)}[${window}])`);
  return `histogram_quantile(${q}, ${buckets})`;
}
