import type { MetricData } from '@opentelemetry/sdk-metrics';
import type { Labelled, PointSequence, SequentialMetricData } from '../lean.data-point.js';
import type { PagePoint } from './merged.points.js';

/** The points of a metric, one at a time where it has them so. */
export function pointsOf(metric: MetricData): Iterable<PagePoint> {
  return (sequenceOf(metric) ?? metric.dataPoints) as Iterable<PagePoint>;
}

/** Who may be among the points. */
export function seriesOf(metric: MetricData): Iterable<Labelled> {
  return sequenceOf(metric)?.series ?? metric.dataPoints;
}

/** One of the points; `undefined` where there are none. */
export function examplePoint(metric: MetricData): PagePoint | undefined {
  return (sequenceOf(metric)?.example ?? metric.dataPoints[0]) as PagePoint | undefined;
}

function sequenceOf(metric: MetricData): PointSequence | undefined {
  return (metric as Partial<SequentialMetricData>).points;
}
