import type {
  ExemplarData,
  ExponentialHistogramPointData,
  KeyValue,
  MetricData,
  MetricsData,
} from '@nest-telemetry/otlp';
import type { ExemplarView, MetricInfo } from '../api/api.types.js';
import type { Database } from './database.js';
import { explicitBuckets } from './exponential.buckets.js';
import { jsonAttributes } from './json.values.js';
import type { RowCounts } from './row.counts.js';
import type { Resources, StoredResource } from './resources.js';
import { isId, microseconds } from './span.row.js';

/** What every kind of point comes down to. */
interface Point {
  readonly timeUnixNano: bigint;
  readonly attributes: readonly KeyValue[];
  readonly value?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly bounds?: readonly number[];
  readonly counts?: readonly number[];
  readonly exemplars: readonly ExemplarData[];
}

interface Kind {
  readonly type: MetricInfo['type'];
  readonly monotonic: boolean;
  readonly temporality: number;
  readonly points: readonly Point[];
}

/** What became of one request of metrics. */
export interface WrittenMetrics {
  readonly accepted: number;
  readonly rejected: number;
}

/** Distinct series of one metric and one copy of its service; more would be a leak of the application's, and are its doctor's business. */
const MOST_SERIES = 2000;
const MOST_EXEMPLARS = 50;
/** Points after which a pause is made; those of one metric are not torn apart. */
const SLICE = 1000;

/** Writes metric points. */
export class MetricWriter {
  constructor(
    private readonly database: Database,
    private readonly resources: Resources,
    private readonly counts: RowCounts,
  ) {}

  /** Each step, up to the next pause, is to be run inside a transaction: what is written by then is whole. */
  *write(data: MetricsData): Generator<void, WrittenMetrics> {
    let [accepted, rejected, inSlice] = [0, 0, 0];
    for (const { resource, scopeMetrics } of data.resourceMetrics) {
      let stored = this.resources.of(resource);
      for (const { scope, metrics } of scopeMetrics) {
        for (const metric of metrics) {
          if (inSlice >= SLICE) {
            inSlice = 0;
            yield;
            // Everything may have been cleared meanwhile.
            stored = this.resources.of(resource);
          }
          const kind = kindOf(metric);
          if (kind === undefined) continue;
          const written = this.#insert(metric, kind, stored, scope?.name ?? '');
          accepted += written;
          inSlice += written;
          this.counts.points += written;
          rejected += kind.points.length - written;
        }
      }
    }
    return { accepted, rejected };
  }

  #insert(
    { name, unit, description }: MetricData,
    kind: Kind,
    { word, instance }: StoredResource,
    scope: string,
  ): number {
    this.database
      .prepare(
        'INSERT INTO metric (service, scope, name, unit, description, type, monotonic) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(
        word,
        scope.slice(0, 512),
        name.slice(0, 512),
        unit.slice(0, 64),
        description.slice(0, 1024),
        kind.type,
        kind.monotonic ? 1 : 0,
      );
    const row = this.database
      .prepare('SELECT id FROM metric WHERE service = ? AND scope = ? AND name = ? AND type = ?')
      .get(word, scope.slice(0, 512), name.slice(0, 512), kind.type);
    const metric = Number(row?.['id']);
    let accepted = 0;
    for (const point of kind.points) {
      const series = this.#series(metric, instance, point.attributes);
      if (series === undefined) continue;
      this.#point(series, point, kind.temporality);
      accepted += 1;
    }
    return accepted;
  }

  #series(metric: number, instance: string, attributes: readonly KeyValue[]): number | undefined {
    const json = jsonAttributes(attributes);
    // The same attributes in another order are the same series.
    const text = JSON.stringify(
      Object.fromEntries(Object.entries(json).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    );
    const find = this.database.prepare(
      'SELECT id FROM series WHERE metric = ? AND instance = ? AND attributes = ?',
    );
    const present = find.get(metric, instance, text);
    if (present !== undefined) return Number(present['id']);
    const count = this.database
      .prepare('SELECT count(*) AS n FROM series WHERE metric = ? AND instance = ?')
      .get(metric, instance);
    if (Number(count?.['n']) >= MOST_SERIES) return undefined;
    this.database
      .prepare('INSERT INTO series (metric, instance, attributes) VALUES (?, ?, ?)')
      .run(metric, instance, text);
    return Number(find.get(metric, instance, text)?.['id']);
  }

  #point(series: number, point: Point, temporality: number): void {
    const exemplars = point.exemplars.slice(0, MOST_EXEMPLARS).map(exemplarView);
    this.database
      .prepare(
        'INSERT INTO point (series, time_us, value, count, sum, bounds, counts, temporality, exemplars) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        series,
        microseconds(point.timeUnixNano),
        finite(point.value),
        finite(point.count),
        finite(point.sum),
        point.bounds === undefined ? null : JSON.stringify(point.bounds),
        point.counts === undefined ? null : JSON.stringify(point.counts),
        temporality,
        exemplars.length === 0 ? null : JSON.stringify(exemplars),
      );
  }
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function exemplarView(data: ExemplarData): ExemplarView {
  return {
    timeUs: microseconds(data.timeUnixNano),
    value: data.asDouble ?? Number(data.asInt ?? 0n),
    traceId: isId(data.traceId, 32) ? data.traceId : null,
    spanId: isId(data.spanId, 16) ? data.spanId : null,
  };
}

function kindOf(metric: MetricData): Kind | undefined {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
  if (gauge !== undefined) {
    return { type: 'gauge', monotonic: false, temporality: 0, points: gauge.dataPoints.map(numberPoint) };
  }
  if (sum !== undefined) {
    const { isMonotonic, aggregationTemporality, dataPoints } = sum;
    return {
      type: 'sum',
      monotonic: isMonotonic,
      temporality: aggregationTemporality,
      points: dataPoints.map(numberPoint),
    };
  }
  if (histogram !== undefined) {
    const points = histogram.dataPoints.map((point) => ({
      ...counted(point),
      bounds: point.explicitBounds,
      counts: point.bucketCounts.map(Number),
    }));
    return { type: 'histogram', monotonic: true, temporality: histogram.aggregationTemporality, points };
  }
  if (exponentialHistogram !== undefined) {
    const { aggregationTemporality: temporality, dataPoints } = exponentialHistogram;
    return {
      type: 'exponential-histogram',
      monotonic: true,
      temporality,
      points: dataPoints.map(exponentialPoint),
    };
  }
  if (summary === undefined) return undefined;
  const points = summary.dataPoints.map((point) => ({ ...counted({ ...point, exemplars: [] }) }));
  return { type: 'summary', monotonic: true, temporality: 2, points };
}

function numberPoint(point: {
  timeUnixNano: bigint;
  attributes: KeyValue[];
  exemplars: ExemplarData[];
  asDouble?: number;
  asInt?: bigint;
}): Point {
  const { timeUnixNano, attributes, exemplars, asDouble, asInt } = point;
  return { timeUnixNano, attributes, exemplars, value: asDouble ?? Number(asInt ?? 0n) };
}

function counted(point: {
  timeUnixNano: bigint;
  attributes: KeyValue[];
  exemplars: ExemplarData[];
  count: bigint;
  sum?: number;
}): Point {
  const { timeUnixNano, attributes, exemplars, count, sum } = point;
  return { timeUnixNano, attributes, exemplars, count: Number(count), ...(sum === undefined ? {} : { sum }) };
}

function exponentialPoint(point: ExponentialHistogramPointData): Point {
  return { ...counted(point), ...explicitBuckets(point) };
}
