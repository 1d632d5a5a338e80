import type { Attributes } from '@opentelemetry/api';
import {
  DataPointType,
  MetricReader,
  type DataPoint,
  type ExponentialHistogram,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { LeanDataPoint } from '../metrics/lean.data-point.js';

/** A metric as it was measured since the recorder started or was cleared. */
export interface RecordedMetric {
  readonly name: string;
  readonly description: string;
  /** UCUM unit, e.g. `s`. */
  readonly unit: string;
  readonly type: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
  /** Name of the meter. */
  readonly scope: string;
  readonly points: readonly RecordedPoint[];
}

/** The state of a metric for one set of attributes. */
export interface RecordedPoint {
  readonly attributes: Attributes;
  /** Of counters and gauges. */
  readonly value?: number;
  /** Of histograms: how many measurements. */
  readonly count?: number;
  /** Of histograms: their sum. */
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  /** Of histograms with fixed buckets: upper bounds and, one longer, the counts. */
  readonly buckets?: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
}

/** A measurement that was made in a sampled trace. */
export interface RecordedExemplar {
  readonly value: number;
  readonly traceId: string;
  readonly spanId: string;
}

/** Collects when it is asked to. */
export class RecordingMetricReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

export function toRecordedMetrics({ scopeMetrics }: ResourceMetrics): RecordedMetric[] {
  return scopeMetrics.flatMap(({ scope, metrics }) =>
    metrics.map((metric) => ({
      name: metric.descriptor.name,
      description: metric.descriptor.description,
      unit: metric.descriptor.unit,
      type: typeOf(metric),
      scope: scope.name,
      points: pointsOf(metric),
    })),
  );
}

/** Apart from the points, so that comparing these does not depend on which span was current. */
export function toRecordedExemplars(
  { scopeMetrics }: ResourceMetrics,
  isWanted: (name: string, attributes: Attributes) => boolean,
): RecordedExemplar[] {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      (dataPoints as readonly LeanDataPoint[]).filter(({ attributes }) =>
        isWanted(descriptor.name, attributes),
      ),
    )
    .flatMap(({ exemplars = [] }) => exemplars)
    .map(({ value, traceId, spanId }) => ({ value, traceId, spanId }));
}

function typeOf(metric: MetricData): RecordedMetric['type'] {
  if (metric.dataPointType === DataPointType.GAUGE) return 'gauge';
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic ? 'counter' : 'updowncounter';
  return 'histogram';
}

function pointsOf(metric: MetricData): RecordedPoint[] {
  if (metric.dataPointType === DataPointType.SUM || metric.dataPointType === DataPointType.GAUGE)
    return metric.dataPoints.map(({ attributes, value }) => ({ attributes, value }));
  const points: readonly DataPoint<Histogram | ExponentialHistogram>[] = metric.dataPoints;
  return points.map(({ attributes, value }) => ({
    attributes,
    count: value.count,
    ...(value.sum !== undefined && { sum: value.sum }),
    ...(value.min !== undefined && { min: value.min }),
    ...(value.max !== undefined && { max: value.max }),
    ...('buckets' in value && { buckets: value.buckets }),
  }));
}
