import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type ReadableSpan, SamplingDecision } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { meterProvider } from '../../metrics/global.meter-provider.js';
import { ManualReader } from '../../metrics/testing-harness.spec-helper.js';
import { CountingExporter } from '../counting.exporter.js';
import { EncodingSpanProcessor } from '../encoding.span-processor.js';
import { LeanMeterProvider } from '../meter/lean.meter-provider.js';
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
const EXPORTER = { 'otel.component.name': 'shop_exporter/0', 'otel.component.type': 'shop_exporter' };

let health: TelemetryHealth;
let reader: ManualReader;
let stop: (() => void) | undefined;

beforeEach(() => {
  health = new TelemetryHealth();
  reader = new ManualReader();
  meterProvider.setDelegate(
    new LeanMeterProvider({
      resource: resourceFromAttributes({}),
      readers: [reader],
      onCollected: health.collected,
    }),
  );
});
afterEach(() => {
  stop?.();
  stop = undefined;
  meterProvider.setDelegate(undefined);
});

/** Attributes and value of each point. */
async function points(name: string): Promise<unknown[]> {
  const { resourceMetrics } = await reader.collect();
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  const found = metrics.find(({ descriptor }) => descriptor.name === name);
  return found?.dataPoints.map(({ attributes, value }) => ({ ...attributes, value })) ?? [];
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

describe('An exporter of spans', () => {
  const SPANS = [{}, {}] as ReadableSpan[];

  it('is counted once for each export, whether it answers twice or throws', async () => {
    const collector = new Collector();
    const exporter = new CountingExporter(collector, health.exporter('shop_exporter'));
    const broken = new CountingExporter(
      Object.assign(new Collector(), {
        export: () => {
          throw new TypeError('no');
        },
      }),
      health.exporter('shop_exporter'),
    );
    stop = health.report(undefined);
    exporter.export(SPANS, () => undefined);
    const [done] = collector.waiting;
    done?.({ code: ExportResultCode.SUCCESS });
    done?.({ code: ExportResultCode.FAILED });
    const results: ExportResult[] = [];
    broken.export(SPANS, (result) => results.push(result));
    expect(results).toMatchObject([{ code: ExportResultCode.FAILED }]);
    const second = { ...EXPORTER, 'otel.component.name': 'shop_exporter/1' };
    expect(await points('otel.sdk.exporter.span.exported')).toEqual([
      { ...EXPORTER, value: 2 },
      { ...second, value: 0 },
      { ...second, 'error.type': 'TypeError', value: 2 },
    ]);
    expect(await points('otel.sdk.exporter.span.inflight')).toEqual([
      { ...EXPORTER, value: 0 },
      { ...second, value: 0 },
    ]);
  });
});

it('A collection of metrics is measured, which the next one tells', async () => {
  stop = health.report(undefined);
  expect(await points('otel.sdk.metric_reader.collection.duration')).toEqual([]);
  expect(await points('otel.sdk.metric_reader.collection.duration')).toMatchObject([
    { 'otel.component.type': 'ManualReader', value: { count: 1 } },
  ]);
});
