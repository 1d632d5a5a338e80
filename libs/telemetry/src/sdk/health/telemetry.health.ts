import type { Attributes, BatchObservableResult, Observable } from '@opentelemetry/api';
import {
  COMPONENT_NAME,
  COMPONENT_TYPE,
  METRICS,
  SPAN_PARENT_ORIGIN,
  SPAN_SAMPLING_RESULT,
} from '../../metrics/catalog.js';
import { histogramFor, libraryMeter, observableFor, type ObservableRow } from '../../metrics/instruments.js';
import { ERROR_TYPE } from '../../semconv.js';
import type { CollectionListener } from '../meter/reader.collector.js';
import { ExportHealth, QueueHealth } from './export.health.js';
import { ParentOrigin, Sampling, type SpanCounts } from './span.counts.js';

const ROWS = [
  METRICS.sdkSpanStarted,
  METRICS.sdkSpanLive,
  METRICS.sdkQueueSize,
  METRICS.sdkQueueCapacity,
  METRICS.sdkProcessorProcessed,
  METRICS.sdkExporterExported,
  METRICS.sdkExporterInFlight,
] as const satisfies ObservableRow[];

const ORIGINS = Object.entries(ParentOrigin);
/** As the conventions write them. */
const RESULTS = [
  ['DROP', Sampling.drop],
  ['RECORD_ONLY', Sampling.recordOnly],
  ['RECORD_AND_SAMPLE', Sampling.recordAndSample],
] as const;

/**
 * How the SDK itself is doing. The pipeline counts, which costs an addition here and there; the counts are read when
 * metrics are collected.
 */
export class TelemetryHealth {
  readonly #exporters: ExportHealth[] = [];
  readonly #queues: QueueHealth[] = [];
  #spans: SpanCounts | undefined;
  #isReporting = false;

  /** The counts of one exporter of spans. */
  exporter(type: string): ExportHealth {
    const number = this.#exporters.filter((each) => each.type === type).length;
    const health = new ExportHealth(type, `${type}/${number}`);
    this.#exporters.push(health);
    return health;
  }

  /** The counts of one batching processor. */
  queue(capacity: number): QueueHealth {
    const health = new QueueHealth(`batching_span_processor/${this.#queues.length}`, capacity);
    this.#queues.push(health);
    return health;
  }

  /** Takes how long a collection of metrics took; the next one tells. */
  readonly collected: CollectionListener = (seconds, reader, hasErrors) => {
    if (!this.#isReporting) return;
    const attributes = hasErrors ? { ...reader, [ERROR_TYPE]: 'callback' } : reader;
    histogramFor(METRICS.sdkCollectionDuration).record(seconds, attributes);
  };

  /** Reports from now on, until the function it returns is called. */
  report(spans: SpanCounts | undefined): () => void {
    this.#spans = spans;
    this.#isReporting = true;
    libraryMeter().addBatchObservableCallback(this.#observe, observables());
    return () => {
      this.#isReporting = false;
      libraryMeter().removeBatchObservableCallback(this.#observe, observables());
    };
  }

  readonly #observe = (result: BatchObservableResult): void => {
    const observe = (row: ObservableRow, value: number, attributes: Attributes): void =>
      result.observe(observableFor(row), value, attributes);
    if (this.#spans !== undefined) observeSpans(this.#spans, observe);
    for (const queue of this.#queues) observeQueue(queue, observe);
    for (const exporter of this.#exporters) observeExporter(exporter, observe);
  };
}

type Observe = (row: ObservableRow, value: number, attributes: Attributes) => void;

function observables(): Observable[] {
  return ROWS.map(observableFor);
}

function observeSpans(spans: SpanCounts, observe: Observe): void {
  for (const [result, sampling] of RESULTS) {
    for (const [origin, index] of ORIGINS) {
      const started = spans.startedBy(index, sampling);
      if (started > 0)
        observe(METRICS.sdkSpanStarted, started, {
          [SPAN_PARENT_ORIGIN]: origin,
          [SPAN_SAMPLING_RESULT]: result,
        });
    }
    if (sampling !== Sampling.drop)
      observe(METRICS.sdkSpanLive, spans.liveBy(sampling), { [SPAN_SAMPLING_RESULT]: result });
  }
}

function observeQueue({ name, capacity, size, processed, dropped }: QueueHealth, observe: Observe): void {
  const component = { [COMPONENT_NAME]: name, [COMPONENT_TYPE]: 'batching_span_processor' };
  observe(METRICS.sdkQueueSize, size, component);
  observe(METRICS.sdkQueueCapacity, capacity, component);
  observe(METRICS.sdkProcessorProcessed, processed, component);
  if (dropped > 0)
    observe(METRICS.sdkProcessorProcessed, dropped, { ...component, [ERROR_TYPE]: 'queue_full' });
}

function observeExporter({ name, type, inFlight, exported, failed }: ExportHealth, observe: Observe): void {
  const component = { [COMPONENT_NAME]: name, [COMPONENT_TYPE]: type };
  observe(METRICS.sdkExporterInFlight, inFlight, component);
  observe(METRICS.sdkExporterExported, exported, component);
  for (const [error, spans] of failed)
    observe(METRICS.sdkExporterExported, spans, { ...component, [ERROR_TYPE]: error });
}
