import { context, metrics, propagation, SpanKind, trace, type Context, type Span } from '@opentelemetry/api';
import { AlwaysOffSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MetricRow } from '../metrics/catalog.js';
import { meterProvider } from '../metrics/global.meter-provider.js';
import { boundHistogramFor, reserveFor } from '../metrics/instruments.js';
import { installGlobals, runtimeOverrides } from '../sdk/runtime-overrides.js';
import { useWarningSink, warn } from '../telemetry.warnings.js';
import { recordTelemetry, type TelemetryRecorder } from './index.js';
import { startRuntime } from './start-runtime.spec-helper.js';

// As in a module that is loaded before anything has started.
const earlyTracer = trace.getTracer('early');
const earlyCounter = metrics.getMeter('early').createCounter('early.count');

const running: TelemetryRecorder[] = [];
function record(...args: Parameters<typeof recordTelemetry>): TelemetryRecorder {
  const recorder = recordTelemetry(...args);
  running.push(recorder);
  return recorder;
}
afterEach(async () => {
  for (const recorder of running.splice(0)) await recorder.stop();
});

const make = (name: string): void => earlyTracer.startSpan(name).end();
const names = (recorder: TelemetryRecorder): string[] => recorder.spans.map((span) => span.name);
const total = async (recorder: TelemetryRecorder, name: string): Promise<unknown[]> =>
  (await recorder.metric(name)).points.map((point) => point.value);

describe('A recorder without an application', () => {
  it('records spans of the OpenTelemetry API, also of tracers made before it', async () => {
    const recorder = record({ serviceName: 'shop' });
    make('early');
    trace.getTracer('late').startSpan('late').end();
    expect(names(recorder)).toEqual(['early', 'late']);
    expect(recorder.span('late').resource.attributes).toMatchObject({ 'service.name': 'shop' });
  });

  it('keeps the context in asynchronous work and carries it by W3C headers', async () => {
    const recorder = record();
    const carrier: Record<string, string> = {};
    await earlyTracer.startActiveSpan('outer', async (outer) => {
      await new Promise((resolve) => setImmediate(resolve));
      propagation.inject(context.active(), carrier);
      make('inner');
      outer.end();
    });
    const { traceId, spanId } = recorder.span('outer').spanContext();
    expect(recorder.span('inner').parentSpanContext?.spanId).toBe(spanId);
    expect(carrier['traceparent']).toBe(`00-${traceId}-${spanId}-01`);
  });

  it('records metrics, also of instruments made before it', async () => {
    const recorder = record();
    earlyCounter.add(2, { tenant: 'a' });
    metrics.getMeter('late').createHistogram('late.duration', { unit: 's' }).record(0.5);
    metrics
      .getMeter('late')
      .createObservableGauge('late.level')
      .addCallback((result) => result.observe(7));
    expect(await recorder.metric('early.count')).toMatchObject({
      type: 'counter',
      points: [{ attributes: { tenant: 'a' }, value: 2 }],
    });
    expect(await recorder.metric('late.duration')).toMatchObject({
      type: 'histogram',
      unit: 's',
      points: [{ count: 1, sum: 0.5 }],
    });
    expect(await total(recorder, 'late.level')).toEqual([7]);
  });

  it('keeps what is not sampled out, as an exporter would', () => {
    const recorder = record({ sampler: new AlwaysOffSampler() });
    make('unsampled');
    expect(recorder.spans).toEqual([]);
  });

  it('knows the spans that were never ended', () => {
    const recorder = record();
    const span = earlyTracer.startSpan('forgotten');
    expect(recorder.openSpans.map((open) => open.name)).toEqual(['forgotten']);
    span.end();
    expect(recorder.openSpans).toEqual([]);
  });

  it('finds one span by name, and says what there is instead', () => {
    const recorder = record();
    make('twice');
    make('twice');
    make('once');
    expect(recorder.span(/^on/).name).toBe('once');
    expect(() => recorder.span('twice')).toThrow(/2 spans are named "twice"[\s\S]*twice/);
    expect(() => recorder.span('never')).toThrow(/No span is named "never"[\s\S]*once/);
  });

  it('names what was measured when a metric is not there', async () => {
    const recorder = record();
    earlyCounter.add(1);
    await expect(recorder.metric('other')).rejects.toThrow('No metric is named other. Measured: early.count');
  });
});

describe('Spans that are made without an application', () => {
  it('are the spans that applications make', async () => {
    const recorder = record();
    make('ours');
    const app = startRuntime('shop');
    make('of the application');
    await app.stop();
    const [own, other] = recorder.spans;
    expect(own?.constructor).toBe(other?.constructor);
  });

  it('pass the processors, and a processor that fails harms nobody', () => {
    const processor = (onStart: (span: { setAttribute(key: string, value: string): unknown }) => void) => ({
      onStart,
      onEnd: () => undefined,
      forceFlush: async () => {},
      shutdown: async () => {},
    });
    const failing = processor(() => {
      throw new Error('no');
    });
    const recorder = record({
      processors: [failing, processor((span) => void span.setAttribute('by', 'processor'))],
    });
    make('processed');
    expect(recorder.span('processed').attributes).toEqual({ by: 'processor' });
    expect(recorder.warnings.map(({ code }) => code)).toEqual(['NT_USER_CODE_FAILED']);
  });

  it('keep to the limits, and have the ids they are given', () => {
    let ids = 0;
    const recorder = record({
      limits: { attributeCountLimit: 1, attributeValueLengthLimit: 3 },
      idGenerator: {
        generateTraceId: () => 'a'.repeat(32),
        generateSpanId: () => String((ids += 1)).padStart(16, '0'),
      },
    });
    earlyTracer.startSpan('limited', { attributes: { a: 'longer', b: 2 } }).end();
    expect(recorder.span('limited')).toMatchObject({ attributes: { a: 'lon' }, droppedAttributesCount: 1 });
    expect(recorder.span('limited').spanContext()).toMatchObject({
      traceId: 'a'.repeat(32),
      spanId: '0000000000000001',
    });
  });

  it('read and write context as strictly as applications do', () => {
    record();
    const extracted = (traceparent: string) =>
      trace.getSpanContext(propagation.extract(context.active(), { traceparent }));
    expect(extracted(`00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`)).toMatchObject({ isRemote: true });
    // The stock propagator reads this one.
    expect(extracted(` 00-${'1'.repeat(32)}-${'1'.repeat(16)}-01-more`)).toBeUndefined();
    const baggage = propagation.createBaggage({
      tenant: { value: 'acme' },
      'user.email': { value: 'a@b.c' },
    });
    const carrier: Record<string, string> = {};
    propagation.inject(propagation.setBaggage(context.active(), baggage), carrier);
    expect(carrier).toEqual({ baggage: 'tenant=acme' });
  });

  it('are carried by the propagator of the options, which may fail', () => {
    const recorder = record({
      propagator: {
        inject: () => {
          throw new Error('no');
        },
        extract: (from) => from,
        fields: () => ['x-own'],
      },
    });
    expect(propagation.fields()).toEqual(['x-own']);
    propagation.inject(context.active(), {});
    expect(recorder.warnings).toMatchObject([
      { code: 'NT_USER_CODE_FAILED', message: expect.stringContaining('Propagator inject()') },
    ]);
  });
});

describe('Metrics that are made without an application', () => {
  it('are those that applications make: no more series than allowed, and a metric of what was left out', async () => {
    const recorder = record({ views: [{ instrumentName: 'visits', aggregationCardinalityLimit: 3 }] });
    const visits = metrics.getMeter('app').createCounter('visits');
    for (let visitor = 0; visitor < 10; visitor += 1) visits.add(1, { visitor });
    visits.add(Number.NaN);
    expect(await recorder.points('visits')).toEqual([
      { attributes: { visitor: 0 }, value: 1 },
      { attributes: { visitor: 1 }, value: 1 },
      { attributes: { 'otel.metric.overflow': true }, value: 8 },
    ]);
    expect(await recorder.points('nest_telemetry.metrics.folded')).toEqual([
      { attributes: { 'metric.name': 'visits' }, value: 8 },
    ]);
    expect(recorder.warnings.map(({ code }) => code)).toEqual([
      'NT_METRIC_CARDINALITY',
      'NT_METRIC_INPUT_INVALID',
    ]);
  });

  it('have exemplars of sampled traces, and of no others', async () => {
    const recorder = record();
    const meter = metrics.getMeter('app');
    const duration = meter.createHistogram('duration');
    const orders = meter.createCounter('orders');
    duration.record(1);
    orders.add(1);
    expect(await recorder.exemplars('duration')).toEqual([]);
    expect(await recorder.exemplars('orders')).toEqual([]);
    earlyTracer.startActiveSpan('slow', (span) => {
      duration.record(700, { route: '/slow' });
      orders.add(2);
      span.end();
    });
    const { traceId, spanId } = recorder.span('slow').spanContext();
    expect(await recorder.exemplars('duration')).toEqual([{ value: 700, traceId, spanId }]);
    expect(await recorder.exemplars('duration', { route: '/fast' })).toEqual([]);
    expect(await recorder.exemplars('orders')).toEqual([{ value: 2, traceId, spanId }]);
    expect(await recorder.points('orders'), 'points stay as they are').toEqual([
      { attributes: {}, value: 3 },
    ]);
    const unsampled = record({ sampler: new AlwaysOffSampler() });
    earlyTracer.startActiveSpan('unseen', () => duration.record(1));
    expect(await unsampled.exemplars('duration')).toEqual([]);
  });

  it('do without a callback that never answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const recorder = record();
    const meter = metrics.getMeter('app');
    meter.createCounter('fine').add(1);
    const stuck = meter.createObservableGauge('stuck');
    const never = () => new Promise<void>(() => undefined);
    stuck.addCallback(never);
    const collected = total(recorder, 'fine');
    await vi.advanceTimersByTimeAsync(2_000);
    vi.useRealTimers();
    expect(await collected).toEqual([1]);
    expect(await recorder.points('nest_telemetry.metrics.unanswered')).toMatchObject([{ value: 2 }]);
    stuck.removeCallback(never);
  });
});

describe('Finding spans', () => {
  const two = (): TelemetryRecorder => {
    const recorder = record();
    earlyTracer.startActiveSpan('GET', { kind: SpanKind.SERVER }, (server) => {
      earlyTracer.startSpan('GET', { kind: SpanKind.CLIENT }).end();
      server.end();
    });
    earlyTracer.startSpan('GET', { kind: SpanKind.CLIENT }).end();
    return recorder;
  };

  it('takes names, kinds and trace ids', () => {
    const recorder = two();
    const server = recorder.span({ kind: 'server' });
    const { traceId } = server.spanContext();
    expect(recorder.findSpans('GET')).toEqual(recorder.spans);
    expect(recorder.findSpans(/^G/g)).toHaveLength(3);
    expect(recorder.findSpans(/^G/g)).toHaveLength(3);
    expect(recorder.findSpans({ kind: SpanKind.CLIENT })).toEqual([recorder.spans[0], recorder.spans[2]]);
    expect(recorder.span({ name: 'GET', kind: 'client', traceId })).toBe(recorder.spans[0]);
    expect(recorder.findSpans({ kind: 'producer' })).toEqual([]);
  });

  it('says what it looked for', () => {
    const recorder = two();
    expect(() => recorder.span({ name: 'GET', kind: 'client' })).toThrow(
      /2 spans are named "GET" of kind client\.[\s\S]*GET/,
    );
    expect(() => recorder.span({ kind: SpanKind.CONSUMER })).toThrow('No span is of kind consumer.');
  });
});

describe('Points of a metric', () => {
  it('are found by their attributes', async () => {
    const recorder = record();
    earlyCounter.add(1, { region: 'eu', tenant: 'a' });
    earlyCounter.add(2, { region: 'eu' });
    earlyCounter.add(4, { region: 'us' });
    const values = async (...args: Parameters<TelemetryRecorder['points']>): Promise<unknown[]> =>
      (await recorder.points(...args)).map((point) => point.value);
    expect(await values('early.count')).toEqual([1, 2, 4]);
    expect(await values('early.count', { region: 'eu' })).toEqual([1, 2]);
    expect(await values('early.count', { region: 'eu', tenant: undefined })).toEqual([2]);
    expect(await values('early.count', { region: 'asia' })).toEqual([]);
    expect(await values('other')).toEqual([]);
  });
});

describe('Warnings', () => {
  const printed = vi.fn<typeof process.emitWarning>();
  beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(printed));
  afterEach(() => {
    vi.restoreAllMocks();
    printed.mockClear();
  });

  const complain = (where = 'spec'): void => warn('NT_USER_CODE_FAILED', { where, reason: 'no' });

  it('are recorded, each text once, until clear()', () => {
    const recorder = record();
    complain();
    complain();
    complain('elsewhere');
    expect(recorder.warnings).toMatchObject([
      { code: 'NT_USER_CODE_FAILED', message: expect.stringContaining('spec') },
      { code: 'NT_USER_CODE_FAILED', message: expect.stringContaining('elsewhere') },
    ]);
    recorder.clear();
    expect(recorder.warnings).toEqual([]);
    complain();
    expect(recorder.warnings).toHaveLength(1);
  });

  it('reach those they are meant for as ever', () => {
    const logged: string[] = [];
    const recorder = record();
    const leave = useWarningSink((code) => logged.push(code));
    complain('an application');
    leave();
    expect(logged).toEqual(['NT_USER_CODE_FAILED']);
    complain('nobody in particular');
    expect(printed).toHaveBeenCalledOnce();
    expect(recorder.warnings).toHaveLength(2);
  });

  it('are shown where a span is missing', () => {
    const recorder = record();
    complain();
    expect(() => recorder.span('never')).toThrow(/warning NT_USER_CODE_FAILED: .*spec/);
  });

  it('are no longer recorded after stop()', async () => {
    const recorder = record();
    await recorder.stop();
    complain('after the recorder');
    expect(recorder.warnings).toEqual([]);
    expect(printed).toHaveBeenCalledOnce();
  });
});

describe('clear()', () => {
  it('forgets spans and measurements at once', async () => {
    const recorder = record();
    make('before');
    earlyCounter.add(5);
    recorder.clear();
    earlyCounter.add(1);
    make('after');
    expect(names(recorder)).toEqual(['after']);
    expect(await total(recorder, 'early.count')).toEqual([1]);
  });

  it('leaves alone what a test holds in its hands', () => {
    const recorder = record();
    make('before');
    const { spans } = recorder;
    recorder.clear();
    expect(spans).toHaveLength(1);
  });
});

describe('stop()', () => {
  it('leaves the OpenTelemetry API as it was', async () => {
    const recorder = record();
    await recorder.stop();
    await recorder.stop();
    expect(runtimeOverrides()).toBeUndefined();
    expect(earlyTracer.startSpan('ignored').isRecording()).toBe(false);
    expect(propagation.fields()).toEqual([]);
    expect(meterProvider.getDelegate()).toBeUndefined();
    let active: Span | undefined;
    earlyTracer.startActiveSpan('x', (span) => {
      active = trace.getSpan(context.active());
      span.end();
    });
    expect(active).toBeUndefined();
    const foreign = new TracerProvider();
    expect(trace.setGlobalTracerProvider(foreign)).toBe(true);
    trace.disable();
  });

  it('keeps what was recorded readable, and makes way for the next recorder', async () => {
    const first = record();
    make('first');
    earlyCounter.add(1);
    await first.stop();
    make('between');
    earlyCounter.add(10);
    const second = record();
    make('second');
    earlyCounter.add(100);
    expect(names(first)).toEqual(['first']);
    expect(names(second)).toEqual(['second']);
    expect(await total(first, 'early.count')).toEqual([1]);
    expect(await total(second, 'early.count')).toEqual([100]);
  });

  it('is called by `await using`', async () => {
    {
      await using recorder = recordTelemetry();
      make('inside');
      expect(names(recorder)).toEqual(['inside']);
    }
    expect(earlyTracer.startSpan('outside').isRecording()).toBe(false);
  });

  it('gives back what somebody else had registered', async () => {
    const foreign = new TracerProvider();
    trace.setGlobalTracerProvider(foreign);
    const recorder = record();
    make('recorded');
    await recorder.stop();
    const tracer = trace.getTracer('x');
    expect(tracer).toBe(foreign.getTracer('x'));
    expect(names(recorder)).toEqual(['recorded']);
    trace.disable();
  });
});

describe('Two recorders at once', () => {
  it('record everything, each on its own', async () => {
    const outer = record();
    make('a');
    earlyCounter.add(1);
    const inner = record();
    make('b');
    earlyCounter.add(1);
    await inner.stop();
    make('c');
    earlyCounter.add(1);
    expect(names(outer)).toEqual(['a', 'b', 'c']);
    expect(names(inner)).toEqual(['b']);
    expect(await total(outer, 'early.count')).toEqual([3]);
    expect(await total(inner, 'early.count')).toEqual([1]);
  });

  it('carry context as the newest of them is told to', async () => {
    const propagator = { inject: () => undefined, extract: (from: Context) => from, fields: () => ['x-own'] };
    record();
    const inner = record({ propagator });
    expect(propagation.fields()).toEqual(['x-own']);
    await inner.stop();
    expect(propagation.fields()).toContain('traceparent');
  });

  it('observe with batch callbacks once each', async () => {
    const [one, two] = [record(), record()];
    const meter = metrics.getMeter('batch');
    const [used, free] = [meter.createObservableGauge('used'), meter.createObservableGauge('free')];
    const observe = (result: { observe(metric: typeof used, value: number): void }): void => {
      result.observe(used, 1);
      result.observe(free, 2);
    };
    meter.addBatchObservableCallback(observe, [used, free]);
    for (const recorder of [one, two]) {
      expect(await total(recorder, 'used')).toEqual([1]);
      expect(await total(recorder, 'free')).toEqual([2]);
    }
    meter.removeBatchObservableCallback(observe, [used, free]);
    one.clear();
    expect((await one.metrics()).map((metric) => metric.name)).not.toContain('used');
  });
});

describe('A recorder with an application', () => {
  it("records through the application's sampler, processors and resource", async () => {
    const recorder = record();
    const app = startRuntime('shop', {
      processors: [
        {
          onStart: (span) => void span.setAttribute('by', 'processor'),
          onEnd: () => undefined,
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    make('served');
    expect(recorder.span('served')).toMatchObject({
      attributes: { by: 'processor' },
      resource: { attributes: { 'service.name': 'shop' } },
    });
    await app.stop();

    const silent = startRuntime('silent', { sampler: new AlwaysOffSampler() });
    make('not sampled');
    await silent.stop();
    expect(names(recorder)).toEqual(['served']);
  });

  it('records before, in, between and after applications with the same tracer and counter', async () => {
    const recorder = record();
    make('before');
    for (const name of ['one', 'two']) {
      const app = startRuntime(name);
      make(name);
      earlyCounter.add(1);
      await app.stop();
      make(`after ${name}`);
      earlyCounter.add(10);
    }
    expect(names(recorder)).toEqual(['before', 'one', 'after one', 'two', 'after two']);
    expect(recorder.span('two').resource.attributes['service.name']).toBe('two');
    expect(await total(recorder, 'early.count')).toEqual([22]);
    recorder.clear();
    earlyCounter.add(1);
    expect(await total(recorder, 'early.count')).toEqual([1]);
  });

  it('keeps context and propagation working through all of it', async () => {
    const recorder = record();
    const app = startRuntime('shop');
    const check = async (label: string): Promise<void> => {
      await earlyTracer.startActiveSpan(label, async (span) => {
        await Promise.resolve();
        make(`${label} child`);
        span.end();
      });
      const { spanId } = recorder.span(label).spanContext();
      expect(recorder.span(`${label} child`).parentSpanContext?.spanId).toBe(spanId);
      expect(propagation.fields()).toContain('traceparent');
    };
    await check('with application');
    await app.stop();
    await check('without');
  });

  it('may stop before the application, and a new one may start while it runs', async () => {
    const first = record();
    const app = startRuntime('shop');
    await first.stop();
    make('unrecorded');
    const second = record();
    make('seen');
    earlyCounter.add(1);
    expect(names(first)).toEqual([]);
    expect(second.span('seen').resource.attributes['service.name']).toBe('shop');
    expect(await total(second, 'early.count')).toEqual([1]);
    await second.stop();
    await app.stop();
    expect(earlyTracer.startSpan('over').isRecording()).toBe(false);
  });

  it('may start after the application, then with an SDK of its own', async () => {
    const app = startRuntime('shop');
    const recorder = record();
    make('late');
    expect(recorder.span('late').resource.attributes['service.name']).toBe('test');
    await recorder.stop();
    await app.stop();
  });

  it("measures with the application's views, and not at all when its metrics are off", async () => {
    const recorder = record();
    const app = startRuntime('shop', {
      views: [{ instrumentName: 'early.count', name: 'renamed' }],
    });
    earlyCounter.add(3);
    expect(await total(recorder, 'renamed')).toEqual([3]);
    await app.stop();

    const without = startRuntime('shop', { metrics: false });
    recorder.clear();
    earlyCounter.add(3);
    expect(await recorder.metrics()).toEqual([]);
    await without.stop();
  });

  it('keeps to the limit of series of the application, and to what that reserves', async () => {
    const recorder = record();
    const row: MetricRow<'histogram'> = {
      name: 'visits.duration',
      instrument: 'histogram',
      unit: 's',
      description: '',
      attributes: ['route'],
      stability: 'development',
    };
    earlyCounter.add(1);
    const app = startRuntime('shop', { cardinalityLimit: 5 });
    reserveFor(row, { route: '/declared' });
    for (let path = 0; path < 10; path += 1) boundHistogramFor(row, { route: `/${path}` }).record(1);
    boundHistogramFor(row, { route: '/declared' }).record(1);
    const counts = (await recorder.points(row.name)).map(({ attributes, count }) => [attributes, count]);
    expect(counts).toEqual([
      [{ route: '/0' }, 1],
      [{ route: '/1' }, 1],
      [{ route: '/declared' }, 1],
      [{ 'otel.metric.overflow': true }, 8],
    ]);
    expect(await recorder.points('early.count'), 'measured in another way').toEqual([]);
    await app.stop();
  });

  it('records nothing while an application with telemetry off registers nothing', async () => {
    const recorder = record();
    const leave = installGlobals(() => undefined, { metrics: false });
    make('off');
    earlyCounter.add(1);
    expect(recorder.spans).toEqual([]);
    expect(await recorder.metrics()).toEqual([]);
    leave();
    make('on again');
    expect(names(recorder)).toEqual(['on again']);
  });

  it('survives an application that fails to start', () => {
    const recorder = record();
    const install = runtimeOverrides()?.install;
    expect(() =>
      install?.(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    make('still here');
    expect(names(recorder)).toEqual(['still here']);
  });

  it('reads the log lines of the application', () => {
    const recorder = record();
    const write = runtimeOverrides()?.lineWriter;
    write?.(
      '{"time":"2026-11-20T12:00:00.000Z","level":"warn","service.name":"shop","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736",' +
        '"span_id":"00f067aa0ba902b7","context":"Orders","message":"low stock","attributes":{"sku":"a"}}\n',
    );
    write?.('\u001B[32mnot json\u001B[39m\n');
    expect(recorder.logs).toMatchObject([
      {
        level: 'warn',
        message: 'low stock',
        context: 'Orders',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        attributes: { sku: 'a' },
      },
      { level: 'info', message: 'not json', attributes: {} },
    ]);
    recorder.clear();
    expect(recorder.logs).toEqual([]);
  });
});
