import type { DropReason } from '@nest-telemetry/spool';
import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TailCounts } from '../../processors/sampling/tail.counts.js';
import { recordTelemetry, type TelemetryRecorder } from '../../testing/index.js';
import { CountingMetricExporter } from '../counting.metric-exporter.js';
import { EncodingSpanProcessor } from '../encoding.span-processor.js';
import { leanTracer } from '../tracer/testing-harness.spec-helper.js';
import { TelemetryHealth } from './telemetry.health.js';

const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const LIMITS = {
  maxExportBatchSize: 2,
  maxQueueSize: 3,
  scheduledDelayMillis: 60_000,
  exportTimeoutMillis: 60_000,
};
const QUEUE = {
  'otel.component.name': 'batching_span_processor/0',
  'otel.component.type': 'batching_span_processor',
};
const DROPS = ['full', 'expired', 'refused'] as const;
const EXPORTER = { 'otel.component.name': 'shop_exporter/0', 'otel.component.type': 'shop_exporter' };

let health: TelemetryHealth;
let telemetry: TelemetryRecorder;
let stop: (() => void) | undefined;

beforeEach(() => {
  health = new TelemetryHealth();
  telemetry = recordTelemetry();
});
afterEach(async () => {
  stop?.();
  stop = undefined;
  await telemetry.stop();
});

/** Attributes and value of each point. */
async function points(name: string): Promise<unknown[]> {
  return (await telemetry.points(name)).map(({ attributes, ...point }) => ({ ...attributes, ...point }));
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

/** A transport that answers when it is told to. */
class Collector {
  readonly waiting: ((result: ExportResult) => void)[] = [];

  export(_items: unknown, done: (result: ExportResult) => void): void {
    this.waiting.push(done);
  }

  async answer(result: ExportResult = { code: ExportResultCode.SUCCESS }): Promise<void> {
    this.waiting.shift()?.(result);
    await turns();
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

describe('The spans of the SDK', () => {
  it('are counted by where their parent is and what the sampler decided', async () => {
    const decisions = [
      SamplingDecision.RECORD_AND_SAMPLED,
      SamplingDecision.RECORD,
      SamplingDecision.NOT_RECORD,
      SamplingDecision.RECORD_AND_SAMPLED,
    ];
    const sampler = {
      shouldSample: () => ({ decision: decisions.shift() ?? SamplingDecision.NOT_RECORD }),
      toString: () => 'in turn',
    };
    const { tracer, provider } = leanTracer({ sampler });
    stop = health.report(provider.counts);
    const root = tracer.startSpan('a', {}, ROOT_CONTEXT);
    const child = tracer.startSpan('b', {}, trace.setSpan(ROOT_CONTEXT, root));
    tracer.startSpan('c', {}, ROOT_CONTEXT).end();
    const remote = { ...IDS, traceFlags: TraceFlags.SAMPLED, isRemote: true };
    tracer.startSpan('d', {}, trace.setSpanContext(ROOT_CONTEXT, remote)).end();
    root.end();
    root.end();
    const started = (origin: string, result: string) => ({
      'otel.span.parent.origin': origin,
      'otel.span.sampling_result': result,
      value: 1,
    });
    expect(await points('otel.sdk.span.started')).toEqual([
      started('none', 'DROP'),
      started('local', 'RECORD_ONLY'),
      started('none', 'RECORD_AND_SAMPLE'),
      started('remote', 'RECORD_AND_SAMPLE'),
    ]);
    const live = (recordOnly: number) => [
      { 'otel.span.sampling_result': 'RECORD_ONLY', value: recordOnly },
      { 'otel.span.sampling_result': 'RECORD_AND_SAMPLE', value: 0 },
    ];
    expect(await points('otel.sdk.span.live')).toEqual(live(1));
    child.end();
    expect(await points('otel.sdk.span.live')).toEqual(live(0));
  });

  it('are counted below a parent that is not recorded, too', async () => {
    const { tracer, provider } = leanTracer();
    stop = health.report(provider.counts);
    const dropped = { ...IDS, traceFlags: TraceFlags.NONE, isRemote: true };
    const parent = tracer.startSpan('a', {}, trace.setSpanContext(ROOT_CONTEXT, dropped));
    tracer.startSpan('b', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
    const counted = (await points('otel.sdk.span.started')) as { value: number }[];
    expect(counted).toHaveLength(2);
    expect(counted.every(({ value }) => value === 1)).toBe(true);
  });
});

describe('The queue of spans', () => {
  it('tells how full it is, what went through it and what did not, and why', async () => {
    const collector = new Collector();
    const parts = { exporter: health.exporter('shop_exporter'), queue: health.queue(LIMITS.maxQueueSize) };
    const processor = new EncodingSpanProcessor(collector, LIMITS, parts);
    const { tracer } = leanTracer({}, [processor]);
    stop = health.report(undefined);
    for (let span = 0; span < 5; span += 1) tracer.startSpan('a').end();
    await turns();
    expect(await points('otel.sdk.processor.span.queue.size')).toEqual([{ ...QUEUE, value: 3 }]);
    expect(await points('otel.sdk.processor.span.queue.capacity')).toEqual([{ ...QUEUE, value: 3 }]);
    expect(await points('otel.sdk.exporter.span.inflight')).toEqual([{ ...EXPORTER, value: 2 }]);
    await collector.answer();
    expect(await points('otel.sdk.exporter.span.inflight')).toEqual([{ ...EXPORTER, value: 0 }]);
    const rest = processor.forceFlush();
    await turns();
    await collector.answer({ code: ExportResultCode.FAILED, error: new RangeError('no') });
    await rest;
    expect(await points('otel.sdk.processor.span.queue.size')).toEqual([{ ...QUEUE, value: 0 }]);
    expect(await points('otel.sdk.processor.span.processed')).toEqual([
      { ...QUEUE, value: 3 },
      { ...QUEUE, 'error.type': 'queue_full', value: 2 },
    ]);
    expect(await points('otel.sdk.exporter.span.exported')).toEqual([
      { ...EXPORTER, value: 2 },
      { ...EXPORTER, 'error.type': 'RangeError', value: 1 },
    ]);
  });
});

it('The spool tells what waits and what was given up, and its spans are counted as those of any exporter', async () => {
  const none = Object.fromEntries(DROPS.map((reason) => [reason, 0])) as Record<DropReason, number>;
  const unused = { appended: 0, adopted: 0, sent: 0, retried: 0, dropped: none };
  health.spool('otlp_http_span_exporter', 'traces', () => ({
    signals: {
      traces: { ...unused, appended: 10, adopted: 2, sent: 5, dropped: { ...none, full: 3 } },
      metrics: unused,
      logs: unused,
    },
    state: 'disk',
    sender: 'worker',
    isOutage: true,
    waiting: 4,
    bytesOnDisk: 1000,
    bytesInMemory: 24,
    oldestMillis: 1500,
  }));
  stop = health.report(undefined);
  expect(await points('nest_telemetry.spool.size')).toEqual([{ value: 1024 }]);
  expect(await points('nest_telemetry.spool.records')).toEqual([{ value: 4 }]);
  expect(await points('nest_telemetry.spool.age')).toEqual([{ value: 1.5 }]);
  expect(await points('nest_telemetry.spool.dropped')).toEqual(
    DROPS.map((reason) => ({ signal: 'traces', reason, value: reason === 'full' ? 3 : 0 })),
  );
  const exporter = {
    'otel.component.name': 'otlp_http_span_exporter/0',
    'otel.component.type': 'otlp_http_span_exporter',
  };
  expect(await points('otel.sdk.exporter.span.exported')).toEqual([
    { ...exporter, value: 5 },
    { ...exporter, 'error.type': 'full', value: 3 },
  ]);
  expect(await points('otel.sdk.exporter.span.inflight')).toEqual([{ ...exporter, value: 4 }]);
});

it('Tail sampling tells what it decided, why, what it had to decide early and what waits', async () => {
  const counts = new TailCounts();
  health.samples(counts);
  stop = health.report(undefined);
  counts.decide('error');
  counts.decide('error');
  counts.decide('dropped');
  counts.evict('max_age');
  counts.waiting = 7;
  expect(await points('nest_telemetry.sampling.traces')).toEqual([
    { 'sampling.reason': 'error', value: 2 },
    { 'sampling.reason': 'dropped', value: 1 },
  ]);
  expect(await points('nest_telemetry.sampling.evicted')).toEqual([{ reason: 'max_age', value: 1 }]);
  expect(await points('nest_telemetry.sampling.waiting')).toEqual([{ value: 7 }]);
});

describe('An exporter of metrics', () => {
  const METRIC_EXPORTER = {
    'otel.component.name': 'shop_metric_exporter/0',
    'otel.component.type': 'shop_metric_exporter',
  };
  const points3 = [{ metrics: [{ dataPoints: [{}, {}] }, { dataPoints: [{}] }] }];
  const METRICS = { scopeMetrics: points3 } as unknown as ResourceMetrics;

  it('is counted by data points, once for each export, and timed', async () => {
    const collector = new Collector();
    const exporter = new CountingMetricExporter(
      collector,
      health.exporter('shop_metric_exporter', 'metric_data_point'),
    );
    stop = health.report(undefined);
    exporter.export(METRICS, () => undefined);
    exporter.export(METRICS, () => undefined);
    expect(await points('otel.sdk.exporter.metric_data_point.inflight')).toEqual([
      { ...METRIC_EXPORTER, value: 6 },
    ]);
    await collector.answer();
    await collector.answer({ code: ExportResultCode.FAILED, error: new RangeError('no') });
    expect(await points('otel.sdk.exporter.metric_data_point.inflight')).toEqual([
      { ...METRIC_EXPORTER, value: 0 },
    ]);
    expect(await points('otel.sdk.exporter.metric_data_point.exported')).toEqual([
      { ...METRIC_EXPORTER, value: 3 },
      { ...METRIC_EXPORTER, 'error.type': 'RangeError', value: 3 },
    ]);
    expect(await points('otel.sdk.exporter.span.exported'), 'spans are others').toEqual([]);
    expect(await points('otel.sdk.exporter.operation.duration')).toMatchObject([
      { ...METRIC_EXPORTER, count: 1 },
      { ...METRIC_EXPORTER, 'error.type': 'RangeError', count: 1 },
    ]);
  });

  it('that throws is one that failed', async () => {
    const broken = Object.assign(new Collector(), {
      export: () => {
        throw new TypeError('no');
      },
    });
    const exporter = new CountingMetricExporter(
      broken,
      health.exporter('shop_metric_exporter', 'metric_data_point'),
    );
    stop = health.report(undefined);
    const results: ExportResult[] = [];
    exporter.export(METRICS, (result) => results.push(result));
    expect(results).toMatchObject([{ code: ExportResultCode.FAILED }]);
    expect(await points('otel.sdk.exporter.metric_data_point.exported')).toContainEqual({
      ...METRIC_EXPORTER,
      'error.type': 'TypeError',
      value: 3,
    });
  });
});

it('A collection of metrics is measured, which the next one tells', async () => {
  const reader = { 'otel.component.type': 'shop_reader' };
  health.collected(1, reader, false);
  stop = health.report(undefined);
  expect(await points('otel.sdk.metric_reader.collection.duration'), 'nothing before').toEqual([]);
  health.collected(2, reader, false);
  health.collected(4, reader, true);
  expect(await points('otel.sdk.metric_reader.collection.duration')).toMatchObject([
    { ...reader, count: 1, sum: 2 },
    { ...reader, 'error.type': 'callback', count: 1, sum: 4 },
  ]);
});
