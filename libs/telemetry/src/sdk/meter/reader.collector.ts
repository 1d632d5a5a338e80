import type { Attributes, HrTime } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  type IMetricReader,
  type MetricCollectOptions,
  type MetricData,
  type MetricProducer,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { hrTimeOf, repeatedHrTimes } from '../../metrics/hr-time.js';
import type { LeanDataPoint, SequentialReader } from '../../metrics/lean.data-point.js';
import { COMPONENT_NAME, COMPONENT_TYPE } from '../../metrics/catalog.js';
import { TimeSlice } from '../../metrics/time.slice.js';
import { isObserved } from './instrument.descriptor.js';
import { extensionName } from '../../telemetry.warnings.js';
import type { LeanMeter } from './lean.meter.js';
import type { MetricStream } from './metric.stream.js';
import type { Round } from './observable.callbacks.js';
import type { Series } from './series.js';
import { sequential, SeriesPoints, totalPoint, withExemplars } from './series.points.js';

/** Is told how long a collection took, and by whom. */
export type CollectionListener = (seconds: number, reader: Attributes, hasErrors: boolean) => void;

/** Where a reader's metrics come from. */
export interface CollectionSource {
  readonly resource: Resource;
  readonly meters: Iterable<LeanMeter>;
  /** Asks the observable metrics. Never rejects. */
  ask(deadlineMillis: number | undefined): Promise<Round>;
  readonly onCollected: CollectionListener;
}

/** One collection of one stream. */
interface Reading {
  readonly round: number;
  readonly now: number;
  readonly endTime: HrTime;
  readonly temporality: AggregationTemporality;
  readonly startTimeOf: (milliseconds: number) => HrTime;
}

/** As the conventions name them; they take the name of the class where they have none. */
const COMPONENT_TYPES: Readonly<Record<string, string>> = {
  PeriodicExportingMetricReader: 'periodic_metric_reader',
  PrometheusExporter: 'prometheus_http_text_metric_exporter',
  PageReader: 'prometheus_http_text_metric_exporter',
};

/** What one reader is told. Only differences need memory, which the series keep, so that it goes when they go. */
export class ReaderCollector implements MetricProducer {
  #collectedAt: number | undefined;
  readonly #component: Attributes;
  readonly #readsSequences: boolean;

  constructor(
    private readonly source: CollectionSource,
    private readonly reader: IMetricReader,
    /** Tells readers apart where series remember what they were told. */
    private readonly number: number,
  ) {
    const type =
      COMPONENT_TYPES[extensionName(reader, 'metric_reader')] ?? extensionName(reader, 'metric_reader');
    this.#component = { [COMPONENT_NAME]: `${type}/${number}`, [COMPONENT_TYPE]: type };
    this.#readsSequences = (reader as Partial<SequentialReader>).readsSequences === true;
  }

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const startedAt = performance.now();
    const { number: round, errors } = await this.source.ask(options?.timeoutMillis);
    const now = Date.now();
    const reading = { round, now, endTime: hrTimeOf(now), startTimeOf: repeatedHrTimes() };
    const slice = new TimeSlice();
    const scopeMetrics: ScopeMetrics[] = [];
    for (const { scope, streams } of this.source.meters) {
      const metrics: MetricData[] = [];
      for (const stream of streams) {
        if (stream.readers !== undefined && !stream.readers.has(this.reader)) continue;
        const temporality = this.reader.selectAggregationTemporality(stream.descriptor.type);
        // oxlint-disable-next-line no-await-in-loop -- a pause between slices is the point
        const metric = await this.#read(stream, { ...reading, temporality }, slice);
        if (metric !== undefined) metrics.push(metric);
      }
      if (metrics.length > 0) scopeMetrics.push({ scope, metrics });
    }
    this.#collectedAt = now;
    this.source.onCollected((performance.now() - startedAt) / 1000, this.#component, errors.length > 0);
    return { resourceMetrics: { resource: this.source.resource, scopeMetrics }, errors };
  }

  async #read(stream: MetricStream, reading: Reading, slice: TimeSlice): Promise<MetricData | undefined> {
    const { temporality } = reading;
    const all = stream.series();
    const observed = isObserved(stream.descriptor);
    const hasNews = (series: Series) => this.#hasNews(series, observed, reading);
    const pointOf = (series: Series) => this.#pointOf(series, reading);
    const isSequence = this.#readsSequences && temporality === AggregationTemporality.CUMULATIVE;
    const points: LeanDataPoint[] = [];
    for (const series of all) {
      if (hasNews(series)) {
        const point = pointOf(series);
        // One is enough to know that there are any.
        if (isSequence)
          return sequential(stream.report(temporality, []), new SeriesPoints(all, point, hasNews, pointOf));
        points.push(point);
      }
      // oxlint-disable-next-line no-await-in-loop -- a pause between slices is the point
      if (slice.isOver()) await slice.pause();
    }
    return points.length === 0 ? undefined : stream.report(temporality, points);
  }

  /** What callbacks no longer report is over; differences are of interest where there are any. */
  #hasNews({ cell, round, told }: Series, observed: boolean, reading: Reading): boolean {
    if (observed && round < reading.round) return false;
    if (reading.temporality === AggregationTemporality.CUMULATIVE) return cell.updates > 0;
    return cell.updates > (told?.[this.number] ?? 0);
  }

  #pointOf(series: Series, { endTime, temporality, startTimeOf }: Reading): LeanDataPoint {
    if (temporality === AggregationTemporality.CUMULATIVE) return totalPoint(series, endTime, startTimeOf);
    const { attributes, cell, startedAt, notes } = series;
    const told = (series.told ??= []);
    const since = told[this.number] === undefined ? startedAt : (this.#collectedAt ?? startedAt);
    told[this.number] = cell.updates;
    const startTime = startTimeOf(since);
    const value = cell.since(this.number);
    return withExemplars({ attributes, startTime, endTime, value, notes }, cell.exemplars, since);
  }
}
