import type { RecordedMetric, RecordedPoint } from '../recorded-metric.js';
import { closestNames } from './closest-names.js';
import {
  attributeMismatches,
  expectationLines,
  recorderOf,
  type MatcherContext,
  type MatcherOutcome,
} from './matcher-context.js';
import { show } from './show.js';
import { quoted } from './text-expectation.js';

/** What a metric has to be like. Every field is optional; values may be asymmetric matchers. */
export interface MetricExpectation {
  /** Only points with these attributes are looked at; they may have more. */
  attributes?: Readonly<Record<string, unknown>>;
  /** Of counters: the values of these points together. Of gauges: the value of one of them. */
  value?: unknown;
  /** Of histograms: how many measurements these points have together. */
  count?: unknown;
  /** Of histograms: the sum of these measurements. */
  sum?: unknown;
  unit?: string;
  type?: RecordedMetric['type'];
}

/** See `TelemetryMatchers.toHaveMetric`. */
export async function toHaveMetric(
  this: MatcherContext,
  received: unknown,
  name: string,
  expected: MetricExpectation = {},
): Promise<MatcherOutcome> {
  const all = await recorderOf(received, 'toHaveMetric').metrics();
  const named = all.filter((metric) => metric.name === name);
  const [first] = named;
  const reasons = first ? mismatches(this, first, named, expected) : [missing(name, all)];
  const pass = reasons.length === 0;
  const message = (): string => {
    const details = expectationLines(expected);
    return [
      `expected ${this.isNot ? 'not ' : ''}to have a metric named "${name}"${details.length > 0 ? ' with' : ''}`,
      ...details,
      ...(pass ? ['but it has'] : reasons.map((reason) => `but ${reason}`)),
      ...named.flatMap((metric) => ['', ...metricLines(metric)]),
    ].join('\n');
  };
  return { pass, message };
}

function mismatches(
  context: MatcherContext,
  { type, unit }: RecordedMetric,
  metrics: readonly RecordedMetric[],
  expected: MetricExpectation,
): string[] {
  const reasons: string[] = [];
  if (expected.type !== undefined && type !== expected.type) reasons.push(`it is a ${type}`);
  if (expected.unit !== undefined && unit !== expected.unit) reasons.push(`its unit is "${unit}"`);
  const points = metrics
    .flatMap((metric) => metric.points)
    .filter((point) => attributeMismatches(context, expected.attributes, point.attributes).length === 0);
  if (points.length === 0) return [...reasons, 'no point has these attributes'];
  for (const field of ['value', 'count', 'sum'] as const) {
    const wanted = expected[field];
    if (wanted === undefined) continue;
    const numbers = points.map((point) => point[field]).filter((number) => number !== undefined);
    const got = type === 'gauge' ? numbers : numbers.slice(0, 1).map(() => numbers.reduce((a, b) => a + b));
    if (got.length === 0) reasons.push(`a ${type} has no ${field}`);
    else if (!got.some((number) => context.equals(number, wanted)))
      reasons.push(`its ${field} is ${got.join(', ')}`);
  }
  return reasons;
}

function missing(name: string, all: readonly RecordedMetric[]): string {
  const names = all.map((metric) => metric.name);
  const closest = closestNames(name, names).map(quoted);
  return `nothing was measured under that name${closest.length > 0 ? `; the closest: ${closest.join(', ')}` : ''}`;
}

function metricLines({ name, type, unit, points }: RecordedMetric): string[] {
  const head = `${name} (${type}${unit && `, ${unit}`})`;
  return [head, ...points.map((point) => `  ${show(point.attributes)} ${pointText(point)}`)];
}

function pointText({ value, count, sum }: RecordedPoint): string {
  return value === undefined ? `count ${count}, sum ${sum}` : String(value);
}
