import { type Attributes, context, ROOT_CONTEXT, trace, TraceFlags, ValueType } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  AggregationType,
  type HistogramMetricData,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it } from 'vitest';
import type { LeanDataPoint } from '../../metrics/lean.data-point.js';
import { leanMeter, TestReader, warningsOf } from './testing-harness.spec-helper.js';
import { isLean } from '../../metrics/bound.instruments.js';

describe('LeanMeterProvider', () => {
  it('counts for all readers together, each of which gets everything once', async () => {
    const late = new TestReader(AggregationTemporality.DELTA);
    const { meter, cumulative, delta } = leanMeter({ readers: [late] });
    const counter = meter.createCounter('orders');
    counter.add(1, { kind: 'web' });
    expect(await delta.values('orders')).toEqual({ '{"kind":"web"}': 1 });
    counter.add(2, { kind: 'web' });
    expect(await cumulative.values('orders')).toEqual({ '{"kind":"web"}': 3 });
    expect(await delta.values('orders')).toEqual({ '{"kind":"web"}': 2 });
    expect(await delta.values('orders'), 'nothing new').toEqual({});
    expect(await late.values('orders'), 'asked for the first time').toEqual({ '{"kind":"web"}': 3 });
  });

  it('gives each reader of differences least and greatest of its own time', async () => {
    const second = new TestReader(AggregationTemporality.DELTA);
    const { meter, cumulative, delta } = leanMeter({ readers: [second] });
    const histogram = meter.createHistogram('size');
    const range = async (reader: TestReader) => {
      const metric = (await reader.metric('size')) as HistogramMetricData | undefined;
      const value = metric?.dataPoints[0]?.value;
      return [value?.min, value?.max];
    };
    histogram.record(5);
    histogram.record(500);
    expect(await range(delta)).toEqual([5, 500]);
    histogram.record(50);
    expect(await range(delta)).toEqual([50, 50]);
    expect(await range(second)).toEqual([5, 500]);
    histogram.record(70);
    expect(await range(second)).toEqual([70, 70]);
    expect(await range(cumulative)).toEqual([5, 500]);
  });

  it('does not notice when an object of attributes is changed after it was recorded', async () => {
    const { meter, cumulative } = leanMeter();
    const counter = meter.createCounter('orders');
    const attributes = { kind: 'web', tags: ['a'] };
    counter.add(1, attributes);
    attributes.kind = 'shop';
    attributes.tags.push('b');
    counter.add(1, attributes);
    expect(await cumulative.values('orders')).toEqual({
      '{"kind":"web","tags":["a"]}': 1,
      '{"kind":"shop","tags":["a","b"]}': 1,
    });
  });

  it('tells 1 from "1" and true, and takes attributes in any order', async () => {
    const { meter, cumulative } = leanMeter();
    const counter = meter.createCounter('orders');
    for (const kind of [1, '1', true]) counter.add(1, { kind });
    counter.add(1, { a: 'x', b: 'y' });
    counter.add(1, { b: 'y', a: 'x' });
    expect(Object.values(await cumulative.values('orders'))).toEqual([1, 1, 1, 2]);
  });

  it('reports a counter that began anew elsewhere as it is', async () => {
    const { meter, cumulative, delta } = leanMeter();
    let value = 7;
    meter.createObservableCounter('read').addCallback((result) => result.observe(value));
    expect(await delta.values('read')).toEqual({ '{}': 7 });
    value = 2;
    expect(await cumulative.values('read')).toEqual({ '{}': 2 });
    value = 9;
    expect(await delta.values('read'), 'all of it is new').toEqual({ '{}': 9 });
    expect(await cumulative.values('read')).toEqual({ '{}': 9 });
  });

  it('forgets what callbacks no longer report', async () => {
    const { meter, cumulative } = leanMeter();
    let pools = ['a', 'b'];
    meter.createObservableGauge('connections').addCallback((result) => {
      for (const pool of pools) result.observe(1, { pool });
    });
    expect(await cumulative.values('connections')).toEqual({ '{"pool":"a"}': 1, '{"pool":"b"}': 1 });
    pools = ['b'];
    expect(await cumulative.values('connections')).toEqual({ '{"pool":"b"}': 1 });
  });

  it('adds up what a view has put together', async () => {
    const { meter, cumulative } = leanMeter({
      views: [{ instrumentName: 'read', attributesProcessors: [{ process: () => ({}) }] }],
    });
    meter.createObservableCounter('read').addCallback((result) => {
      result.observe(3, { disk: 'a' });
      result.observe(4, { disk: 'b' });
    });
    expect(await cumulative.values('read')).toEqual({ '{}': 7 });
    expect(await cumulative.values('read'), 'and not on top of the last time').toEqual({ '{}': 7 });
  });

  it('lets a view read the context of each measurement, bound or not', async () => {
    const key = Symbol('tenant');
    const { meter, cumulative } = leanMeter({
      views: [
        {
          instrumentName: 'size',
          attributesProcessors: [
            {
              process: (attributes, of) => ({ ...attributes, tenant: String(of?.getValue(key)) }),
            },
          ],
        },
      ],
    });
    const histogram = meter.createHistogram('size');
    if (!isLean(histogram)) throw new Error('not ours');
    const bound = histogram.bind({ kind: 'web' });
    bound.record(1, ROOT_CONTEXT.setValue(key, 'acme'));
    bound.record(1, ROOT_CONTEXT.setValue(key, 'umbrella'));
    histogram.record(1, { kind: 'web' }, ROOT_CONTEXT.setValue(key, 'acme'));
    expect(await cumulative.values('size')).toEqual({
      '{"kind":"web","tenant":"acme"}': 2,
      '{"kind":"web","tenant":"umbrella"}': 1,
    });
  });

  it('gives readers that want it another aggregation, and the others the usual one', async () => {
    class SummingReader extends TestReader {
      override selectAggregation() {
        return { type: AggregationType.SUM } as const;
      }
    }
    const summing = new SummingReader();
    const { meter, cumulative } = leanMeter({ readers: [summing] });
    meter.createHistogram('size').record(3);
    expect((await summing.metric('size'))?.dataPoints[0]?.value).toBe(3);
    expect((await cumulative.metric('size'))?.dataPoints[0]?.value).toMatchObject({ count: 1, sum: 3 });
  });

  it('works with the official push reader and Prometheus exporter', async () => {
    const memory = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    const push = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 3_600_000 });
    const pull = new PrometheusExporter({ preventServerStart: true });
    const { provider, meter } = leanMeter({ readers: [push, pull] });
    meter.createCounter('orders').add(2, { kind: 'web' });
    await provider.forceFlush();
    expect(memory.getMetrics()[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value).toBe(2);
    const { resourceMetrics } = await pull.collect();
    expect(resourceMetrics.scopeMetrics[0]?.metrics[0]?.descriptor.name).toBe('orders');
    await provider.shutdown();
    provider.getMeter('late').createCounter('late').add(1);
  });

  it('refuses a view that selects nothing, and one that gives a name to many metrics', () => {
    expect(() => leanMeter({ views: [{ name: 'x' }] })).toThrow('NT_OPTION_INVALID');
    expect(() => leanMeter({ views: [{ name: 'x', instrumentName: 'a*' }] })).toThrow(
      'metrics.views[0].name',
    );
  });

  it('keeps the longer of two descriptions, and two metrics of one name apart that differ in kind', async () => {
    const { meter, cumulative } = leanMeter();
    meter.createCounter('orders', { description: 'short' }).add(1);
    meter.createCounter('orders', { description: 'longer words' }).add(1);
    meter.createGauge('orders').record(5);
    const metrics = await cumulative.metrics();
    expect(
      metrics.map(({ descriptor, dataPoints }) => [descriptor.description, dataPoints[0]?.value]),
    ).toEqual([
      ['longer words', 2],
      ['', 5],
    ]);
  });
});

describe('Hostile input', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const throwing = {
    get kind(): string {
      throw new Error('no');
    },
  };
  const attributes: unknown[] = [
    null,
    5,
    'text',
    [1],
    circular,
    throwing,
    { a: 1n, b: Symbol('x'), c: () => 1, d: undefined, e: null, f: { nested: true }, g: [1, 'a'] },
    new Proxy({}, { ownKeys: () => { throw new Error('no'); } }), // prettier-ignore
    Object.create({ inherited: 'x' }),
    { ['__proto__']: 'x', constructor: 'y', '': 'z' },
  ];
  const values: unknown[] = [Number.NaN, Infinity, -Infinity, 1n, null, undefined, '5', {}, -1];

  it('never throws, neither when it is recorded nor when it is collected, and is counted', async () => {
    const { meter, cumulative, delta } = leanMeter();
    const warnings = await warningsOf(async () => {
      const counter = meter.createCounter('counter');
      const histogram = meter.createHistogram('histogram');
      for (const value of values) {
        counter.add(value as number);
        histogram.record(value as number);
      }
      for (const each of attributes) {
        counter.add(1, each as Attributes);
        histogram.record(1, each as Attributes, 5 as never);
      }
      expect(Object.values(await cumulative.values('counter')).reduce((a, b) => a + b)).toBe(
        attributes.length,
      );
      expect(await delta.values('histogram')).toBeDefined();
      expect(await cumulative.values('nest_telemetry.metrics.invalid')).toMatchObject({
        '{"metric.name":"counter"}': expect.any(Number) as number,
      });
    });
    expect(warnings.filter((text) => text.includes('NT_METRIC_INPUT_INVALID'))).toHaveLength(2);
  });

  it('keeps a measurement whose attributes are bad, without these', async () => {
    const { meter, cumulative } = leanMeter();
    meter.createCounter('orders').add(1, { good: 'x', bad: 1n });
    expect(await cumulative.values('orders')).toEqual({ '{"good":"x"}': 1 });
  });

  it('takes infinity in gauges only, where it does not stay', async () => {
    const { meter, cumulative } = leanMeter();
    meter.createGauge('gauge').record(Infinity);
    meter.createCounter('sum').add(Infinity);
    expect(await cumulative.values('gauge')).toEqual({ '{}': Infinity });
    expect(await cumulative.metric('sum')).toBeUndefined();
  });

  it('makes instruments of names and options that are none', async () => {
    const { meter, cumulative } = leanMeter();
    const hostile = { toString: () => { throw new Error('no'); } }; // prettier-ignore
    for (const name of [null, undefined, Symbol('x'), hostile, 5]) meter.createCounter(name as never).add(1);
    meter
      .createHistogram('h', { advice: { explicitBucketBoundaries: 'x' as never }, unit: 5 as never })
      .record(1);
    meter.createHistogram('i', { advice: { explicitBucketBoundaries: [5, 1, NaN, 1] } }).record(1);
    expect((await cumulative.metrics()).map(({ descriptor }) => descriptor.name)).toContain('null');
    expect(await cumulative.metric('i')).toMatchObject({
      dataPoints: [{ value: { buckets: { boundaries: [1, 5], counts: [1, 0, 0] } } }],
    });
  });

  it('cuts whole-number metrics to whole numbers', async () => {
    const { meter, cumulative } = leanMeter();
    meter.createCounter('whole', { valueType: ValueType.INT }).add(2.9);
    expect(await cumulative.values('whole')).toEqual({ '{}': 2 });
  });
});

describe('Observable callbacks', () => {
  it('that throw or never answer cost their own values only, and are counted', async () => {
    const { meter, cumulative } = leanMeter();
    let calls = 0;
    meter.createObservableGauge('fine').addCallback((result) => result.observe(1));
    meter.createObservableGauge('throws').addCallback(() => {
      throw new Error('no sensor');
    });
    meter.createObservableGauge('stuck').addCallback(() => {
      calls += 1;
      return new Promise(() => {});
    });
    const first = await cumulative.collect({ timeoutMillis: 10 });
    expect(first.errors).toHaveLength(2);
    const second = await cumulative.collect({ timeoutMillis: 3_600_000 });
    expect(second.errors, 'what is stuck is not waited for again').toHaveLength(2);
    expect(calls).toBe(1);
    expect(await cumulative.values('fine')).toEqual({ '{}': 1 });
    expect(await cumulative.values('stuck')).toEqual({});
    expect(await cumulative.values('nest_telemetry.metrics.unanswered')).toMatchObject({
      '{"reason":"failed"}': expect.any(Number) as number,
      '{"reason":"timeout"}': expect.any(Number) as number,
    });
  });

  it('that count cannot report less than nothing, and others can', async () => {
    const { meter, cumulative } = leanMeter();
    meter.createObservableCounter('read').addCallback((result) => {
      result.observe(-1, { disk: 'broken' });
      result.observe(5, { disk: 'fine' });
    });
    meter.createObservableUpDownCounter('balance').addCallback((result) => result.observe(-1));
    expect(await cumulative.values('read')).toEqual({ '{"disk":"fine"}': 5 });
    expect(await cumulative.values('balance')).toEqual({ '{}': -1 });
    expect(await cumulative.values('nest_telemetry.metrics.invalid')).toEqual({
      '{"metric.name":"read"}': 3,
    });
  });

  it('are asked once for readers that collect at the same time', async () => {
    const { meter, cumulative, delta } = leanMeter();
    let calls = 0;
    meter.createObservableGauge('value').addCallback(async (result) => result.observe(++calls));
    const values = await Promise.all([cumulative.values('value'), delta.values('value')]);
    expect(values).toEqual([{ '{}': 1 }, { '{}': 1 }]);
  });

  it('are not asked any more once they are removed, and report nothing when they are late', async () => {
    const { meter, cumulative } = leanMeter();
    const gauge = meter.createObservableGauge('value');
    let report: (() => void) | undefined;
    const callback = (result: { observe(value: number): void }) =>
      new Promise<void>((resolve) => {
        report = () => {
          result.observe(5);
          resolve();
        };
      });
    gauge.addCallback(callback);
    await cumulative.collect({ timeoutMillis: 5 });
    report?.();
    gauge.removeCallback(callback);
    expect(await cumulative.values('value')).toEqual({});
  });
});

describe('Exemplars', () => {
  const manager = new AsyncLocalStorageContextManager();
  afterEach(() => {
    context.disable();
  });
  const contextOf = (spanId: string, isSampled: boolean) => {
    const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId };
    const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const span = trace.wrapSpanContext({ ...ids, traceFlags });
    return trace.setSpan(ROOT_CONTEXT, Object.assign(span, { isRecording: () => isSampled }));
  };
  const exemplarsOf = async (reader: TestReader, metric = 'duration') => {
    const point = (await reader.metric(metric))?.dataPoints[0] as LeanDataPoint | undefined;
    return point?.exemplars?.map(({ value, spanId }) => [value, spanId]);
  };
  const SECONDS = { advice: { explicitBucketBoundaries: [1, 10] } };

  it('are the latest measurement of each bucket in a recorded trace', async () => {
    const { meter, cumulative } = leanMeter();
    const histogram = meter.createHistogram('duration', SECONDS);
    histogram.record(0.5, {}, contextOf('1111111111111111', true));
    histogram.record(0.6, {}, contextOf('2222222222222222', true));
    histogram.record(0.7, {}, contextOf('3333333333333333', false));
    histogram.record(20, {}, contextOf('4444444444444444', true));
    expect(await exemplarsOf(cumulative)).toEqual([
      [0.6, '2222222222222222'],
      [20, '4444444444444444'],
    ]);
  });

  it('are the latest measurement of a counter in a recorded trace', async () => {
    const { meter, cumulative, delta } = leanMeter();
    const counter = meter.createCounter('orders');
    counter.add(1);
    expect(await exemplarsOf(cumulative, 'orders')).toBeUndefined();
    counter.add(2, {}, contextOf('1111111111111111', true));
    counter.add(3, {}, contextOf('2222222222222222', true));
    counter.add(4, {}, contextOf('3333333333333333', false));
    expect(await exemplarsOf(cumulative, 'orders')).toEqual([[3, '2222222222222222']]);
    expect(await exemplarsOf(delta, 'orders')).toEqual([[3, '2222222222222222']]);
  });

  it('are not kept of what goes up and down, or is observed', async () => {
    const { meter, cumulative } = leanMeter();
    meter.createUpDownCounter('open').add(1, {}, contextOf('1111111111111111', true));
    meter.createGauge('heat').record(1, {}, contextOf('1111111111111111', true));
    expect(await exemplarsOf(cumulative, 'open')).toBeUndefined();
    expect(await exemplarsOf(cumulative, 'heat')).toBeUndefined();
  });

  it('are some of the latest measurements of an exponential histogram, of different sizes', async () => {
    const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
    const { meter, cumulative } = leanMeter({ views: [{ instrumentName: 'duration', aggregation }] });
    const histogram = meter.createHistogram('duration');
    for (const value of [0, 5, 6, 1000]) histogram.record(value, {}, contextOf('1111111111111111', true));
    histogram.record(1001, {}, contextOf('2222222222222222', false));
    expect((await exemplarsOf(cumulative))?.map(([value]) => value)).toEqual([0, 6, 1000]);
  });

  it('are taken from the active context where none is given', async () => {
    context.setGlobalContextManager(manager.enable());
    const { meter, cumulative } = leanMeter();
    const histogram = meter.createHistogram('duration', SECONDS);
    context.with(contextOf('1111111111111111', true), () => histogram.record(5));
    expect(await exemplarsOf(cumulative)).toEqual([[5, '1111111111111111']]);
  });

  it('are not kept without a recorded trace, nor when they are switched off', async () => {
    const on = leanMeter();
    on.meter.createHistogram('duration', SECONDS).record(5);
    expect(await exemplarsOf(on.cumulative)).toBeUndefined();
    const off = leanMeter({ exemplars: false });
    off.meter.createHistogram('duration', SECONDS).record(5, {}, contextOf('1111111111111111', true));
    expect(await exemplarsOf(off.cumulative)).toBeUndefined();
  });
});
