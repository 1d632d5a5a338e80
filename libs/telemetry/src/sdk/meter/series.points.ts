import type { HrTime } from '@opentelemetry/api';
import type { DataPoint, MetricData } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from '../../metrics/exemplar.js';
import type { LeanDataPoint, PointSequence, SequentialMetricData } from '../../metrics/lean.data-point.js';
import type { Series } from './series.js';
import type { SeriesList } from './series.list.js';

/** The series there were at one moment, each with the numbers of the moment it is asked for. */
export class SeriesPoints implements PointSequence {
  constructor(
    readonly series: SeriesList,
    readonly example: LeanDataPoint,
    private readonly isReported: (series: Series) => boolean,
    private readonly pointOf: (series: Series) => LeanDataPoint,
  ) {}

  *[Symbol.iterator](): Iterator<LeanDataPoint> {
    // By number, because to go through an iterator with another one costs as much as to make the point.
    for (let index = 0; index < this.series.length; index++) {
      const series = this.series.at(index);
      if (this.isReported(series)) yield this.pointOf(series);
    }
  }
}

/** What was measured since the series began. */
export function totalPoint(
  { attributes, cell, startedAt, notes }: Series,
  endTime: HrTime,
  startTimeOf: (milliseconds: number) => HrTime,
): LeanDataPoint {
  const point = { attributes, startTime: startTimeOf(startedAt), endTime, value: cell.total(), notes };
  return withExemplars(point, cell.exemplars);
}

export function withExemplars(
  point: LeanDataPoint,
  exemplars: readonly (Exemplar | undefined)[] | undefined,
  since = 0,
): LeanDataPoint {
  if (exemplars === undefined) return point;
  const recent = exemplars.filter((exemplar) => exemplar !== undefined && exemplar.time >= since);
  return recent.length === 0 ? point : { ...point, exemplars: recent as Exemplar[] };
}

/** The metric with its points one at a time. */
export function sequential(metric: MetricData, points: PointSequence): SequentialMetricData {
  let list: DataPoint<unknown>[] | undefined;
  return Object.defineProperties(metric, {
    points: { value: points },
    dataPoints: { get: () => (list ??= [...points]), enumerable: true },
  }) as SequentialMetricData;
}
