import type { Attributes, BatchObservableResult, Observable } from '@opentelemetry/api';
import type { TailCounts } from '../../processors/sampling/tail.counts.js';
import {
  COMPONENT_TYPE,
  METRICS,
  REJECTION_REASON,
  SIGNAL,
  SPAN_PARENT_ORIGIN,
  SPAN_SAMPLING_RESULT,
  WARNING_CODE,
} from '../../metrics/catalog.js';
import { histogramFor, libraryMeter, observableFor, type ObservableRow } from '../../metrics/instruments.js';
import type { Signal } from '@nest-telemetry/otlp';
import type { DropReason, SpoolStats } from '@nest-telemetry/spool';
import { ERROR_TYPE, SAMPLING_REASON } from '../../semconv.js';
import { warningCounts } from '../../telemetry.warnings.js';
import type { LiveSpans } from '../tracer/live.spans.js';
import type { CollectionListener } from '../meter/reader.collector.js';
import {
  type ExportedItem,
  ExportHealth,
  type ExportListener,
  type QueuedItem,
  QueueHealth,
} from './export.health.js';
import { ParentOrigin, Sampling, type SpanCounts } from './span.counts.js';

const ROWS = [
  METRICS.sdkSpanStarted,
  METRICS.sdkSpanLive,
  METRICS.sdkQueueSize,
  METRICS.sdkQueueCapacity,
  METRICS.sdkProcessorProcessed,
  METRICS.sdkExporterExported,
  METRICS.sdkExporterInFlight,
  METRICS.samplingTraces,
  METRICS.samplingEvicted,
  METRICS.samplingWaiting,
  METRICS.spansOverdue,
  METRICS.spansUnended,
  METRICS.warnings,
  METRICS.sdkMetricsExported,
  METRICS.sdkMetricsInFlight,
  METRICS.sdkLogQueueSize,
  METRICS.sdkLogQueueCapacity,
  METRICS.sdkLogProcessorProcessed,
  METRICS.sdkLogExporterExported,
  METRICS.sdkLogExporterInFlight,
  METRICS.spoolSize,
  METRICS.spoolRecords,
  METRICS.spoolAge,
  METRICS.spoolDropped,
] as const satisfies ObservableRow[];

/** What tells of the exporters of each kind. */
const EXPORT_ROWS = {
  span: { exported: METRICS.sdkExporterExported, inFlight: METRICS.sdkExporterInFlight },
  metric_data_point: { exported: METRICS.sdkMetricsExported, inFlight: METRICS.sdkMetricsInFlight },
  log_record: { exported: METRICS.sdkLogExporterExported, inFlight: METRICS.sdkLogExporterInFlight },
} as const satisfies Record<ExportedItem, Record<string, ObservableRow>>;

/** What tells of the processors of each kind, and how they are called. */
const QUEUE_ROWS = {
  span: {
    type: 'batching_span_processor',
    size: METRICS.sdkQueueSize,
    capacity: METRICS.sdkQueueCapacity,
    processed: METRICS.sdkProcessorProcessed,
  },
  log_record: {
    type: 'batching_log_processor',
    size: METRICS.sdkLogQueueSize,
    capacity: METRICS.sdkLogQueueCapacity,
    processed: METRICS.sdkLogProcessorProcessed,
  },
} as const;

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
  readonly #spools: SpoolHealth[] = [];
  #spans: SpanCounts | undefined;
  #tail: TailCounts | undefined;
  #live: LiveSpans | undefined;
  #isReporting = false;

  /** The counts of one exporter. */
  exporter(type: string, item: ExportedItem = 'span'): ExportHealth {
    const number = this.#exporters.filter(({ component }) => component[COMPONENT_TYPE] === type).length;
    const health = new ExportHealth({ type, name: `${type}/${number}`, item }, this.#exportEnded);
    this.#exporters.push(health);
    return health;
  }

  /** Records of a signal are kept on disk; `stats` is asked at each collection. */
  spool(type: string, signal: SpooledSignal, stats: () => SpoolStats | undefined): void {
    this.#spools.push({ exporter: this.exporter(type, SPOOLED[signal]), signal, stats });
  }

  /** The counts of one batching processor. */
  queue(capacity: number, item: QueuedItem = 'span'): QueueHealth {
    const { type } = QUEUE_ROWS[item];
    const number = this.#queues.filter((queue) => queue.item === item).length;
    const health = new QueueHealth({ type, name: `${type}/${number}` }, item, capacity);
    this.#queues.push(health);
    return health;
  }

  /** Takes the counts of tail sampling. */
  samples(tail: TailCounts): void {
    this.#tail = tail;
  }

  /** Takes how long a collection of metrics took; the next one tells. */
  readonly collected: CollectionListener = (seconds, reader, hasErrors) => {
    if (!this.#isReporting) return;
    const attributes = hasErrors ? { ...reader, [ERROR_TYPE]: 'callback' } : reader;
    histogramFor(METRICS.sdkCollectionDuration).record(seconds, attributes);
  };

  /** Reports from now on, until the function it returns is called. */
  report(spans: SpanCounts | undefined, live?: LiveSpans): () => void {
    this.#spans = spans;
    this.#live = live;
    this.#isReporting = true;
    libraryMeter().addBatchObservableCallback(this.#observe, observables());
    return () => {
      this.#isReporting = false;
      libraryMeter().removeBatchObservableCallback(this.#observe, observables());
    };
  }

  readonly #exportEnded: ExportListener = (seconds, component, errorType) => {
    if (!this.#isReporting) return;
    const attributes = errorType === undefined ? component : { ...component, [ERROR_TYPE]: errorType };
    histogramFor(METRICS.sdkExportDuration).record(seconds, attributes);
  };

  readonly #observe = (result: BatchObservableResult): void => {
    const observe = (row: ObservableRow, value: number, attributes: Attributes): void =>
      result.observe(observableFor(row), value, attributes);
    if (this.#spans !== undefined) observeSpans(this.#spans, observe);
    if (this.#live !== undefined) {
      observe(METRICS.spansOverdue, this.#live.overdue, {});
      observe(METRICS.spansUnended, this.#live.unended, {});
    }
    observeSpool(this.#spools, observe);
    for (const queue of this.#queues) observeQueue(queue, observe);
    for (const exporter of this.#exporters) observeExporter(exporter, observe);
    if (this.#tail !== undefined) observeTail(this.#tail, observe);
    for (const [code, count] of warningCounts()) observe(METRICS.warnings, count, { [WARNING_CODE]: code });
  };
}

type Observe = (row: ObservableRow, value: number, attributes: Attributes) => void;

function observables(): Observable[] {
  return ROWS.map(observableFor);
}

/** Signals whose records on disk are what their exporters count. */
const SPOOLED = { traces: 'span', logs: 'log_record' } as const satisfies Partial<
  Record<Signal, ExportedItem>
>;
type SpooledSignal = keyof typeof SPOOLED;

interface SpoolHealth {
  readonly exporter: ExportHealth;
  readonly signal: SpooledSignal;
  readonly stats: () => SpoolStats | undefined;
}

/** One spool has all signals; spans and log records are counted as those of any exporter as well. */
function observeSpool(spools: readonly SpoolHealth[], observe: Observe): void {
  const now = spools[0]?.stats();
  if (now === undefined) return;
  observe(METRICS.spoolSize, now.bytesOnDisk + now.bytesInMemory, {});
  observe(METRICS.spoolRecords, now.waiting, {});
  observe(METRICS.spoolAge, now.oldestMillis / 1000, {});
  for (const [signal, { appended, dropped }] of Object.entries(now.signals)) {
    if (appended === 0) continue;
    for (const [reason, count] of Object.entries(dropped))
      observe(METRICS.spoolDropped, count, { [SIGNAL]: signal, [REJECTION_REASON]: reason });
  }
  for (const { exporter, signal } of spools) {
    const { appended, adopted, sent, dropped } = now.signals[signal];
    const failed = Object.entries(dropped) as [DropReason, number][];
    exporter.exported = sent;
    for (const [reason, count] of failed) if (count > 0) exporter.failed.set(reason, count);
    const settled = failed.reduce((sum, [, count]) => sum + count, sent);
    exporter.inFlight = Math.max(0, appended + adopted - settled);
  }
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

function observeQueue(queue: QueueHealth, observe: Observe): void {
  const { component, item, capacity, size, processed, dropped } = queue;
  const rows = QUEUE_ROWS[item];
  observe(rows.size, size, component);
  observe(rows.capacity, capacity, component);
  observe(rows.processed, processed, component);
  if (dropped > 0) observe(rows.processed, dropped, { ...component, [ERROR_TYPE]: 'queue_full' });
}

function observeExporter(exporter: ExportHealth, observe: Observe): void {
  const { item, component, inFlight, exported, failed } = exporter;
  const rows = EXPORT_ROWS[item];
  observe(rows.inFlight, inFlight, component);
  observe(rows.exported, exported, component);
  for (const [error, items] of failed) observe(rows.exported, items, { ...component, [ERROR_TYPE]: error });
}

function observeTail({ decided, evicted, waiting }: TailCounts, observe: Observe): void {
  for (const [reason, traces] of decided)
    observe(METRICS.samplingTraces, traces, { [SAMPLING_REASON]: reason });
  for (const [reason, traces] of evicted)
    observe(METRICS.samplingEvicted, traces, { [REJECTION_REASON]: reason });
  observe(METRICS.samplingWaiting, waiting, {});
}
