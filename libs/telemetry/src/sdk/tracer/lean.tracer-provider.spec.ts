import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span as ApiSpan,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  createAlwaysRecordSampler,
  InMemorySpanExporter,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type Span,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { GuardSpanProcessor } from '../../processors/guard.span-processor.js';
import { LeanTracerProvider } from './lean.tracer-provider.js';
import { ParentFollowingSampler, readsAttributes } from './sampler-traits.js';
import { leanTracer } from './testing-harness.spec-helper.js';

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

const processor = (methods: Partial<SpanProcessor>): SpanProcessor => ({
  onStart() {},
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
  ...methods,
});

const within = (span: ApiSpan): Context => trace.setSpan(ROOT_CONTEXT, span);

describe('the tracer provider', () => {
  it('hands out one tracer per name, version and schema', () => {
    const { provider } = leanTracer();
    const tracer = provider.getTracer('a', '1');
    const other = provider.getTracer('a', '2');
    const schema = provider.getTracer('a', '1', { schemaUrl: 'https://schema' });
    expect(new Set([tracer, other, schema]).size).toBe(3);
    expect(provider.getTracer('a', '1')).toBe(tracer);
    expect(provider.getTracer('a', '2')).toBe(other);
    expect(provider.getTracer('a', '1', { schemaUrl: 'https://schema' })).toBe(schema);
  });

  it('shows the scope on spans', () => {
    const { tracer, single } = leanTracer();
    tracer.startSpan('work').end();
    expect(single().instrumentationScope).toEqual({ name: 'shop', version: '1.0', schemaUrl: undefined });
  });

  it('passes flush and shutdown on, and never rejects', async () => {
    const forceFlush = vi.fn<() => Promise<void>>().mockRejectedValue(new Error('unreachable'));
    const shutdown = vi.fn<() => Promise<void>>().mockRejectedValue(new Error('unreachable'));
    const { provider } = leanTracer({}, [processor({ forceFlush, shutdown })]);
    await expect(provider.forceFlush()).resolves.toBeUndefined();
    await expect(provider.shutdown()).resolves.toBeUndefined();
    expect([forceFlush, shutdown].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });

  it('feeds the official batch processor and exporters', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new LeanTracerProvider({
      resource: resourceFromAttributes({}),
      spanProcessor: new GuardSpanProcessor([new BatchSpanProcessor({ exporter })]),
    });
    provider
      .getTracer('shop')
      .startSpan('work', { attributes: { a: 1 } })
      .end();
    await provider.forceFlush();
    expect(exporter.getFinishedSpans()).toMatchObject([{ name: 'work', attributes: { a: 1 } }]);
    await provider.shutdown();
  });
});

describe('what processors may do', () => {
  it('write to a span until it has ended, and not after', () => {
    const { tracer, single } = leanTracer({}, [
      processor({
        onStart: (span) => void span.setAttribute('start', 1),
        onEnding: (span) => void span.setAttribute('ending', 2).updateName('renamed'),
        onEnd: (span) => void (span as Span).setAttribute('end', 3),
      }),
    ]);
    tracer.startSpan('work').end();
    expect(single()).toMatchObject({ name: 'renamed', attributes: { start: 1, ending: 2 } });
  });

  it('change what is exported in place, as redacting processors do', () => {
    const { tracer, single } = leanTracer({}, [
      processor({
        onEnd(span) {
          span.attributes['card'] = '***';
          for (const event of span.events) event.name = 'redacted';
        },
      }),
    ]);
    tracer
      .startSpan('work', { attributes: { card: '4111' } })
      .addEvent('4111')
      .end();
    expect(single()).toMatchObject({ attributes: { card: '***' }, events: [{ name: 'redacted' }] });
  });

  it('hand on a proxy or a derived object instead', () => {
    const { tracer } = leanTracer();
    const span = tracer.startSpan('work', { attributes: { a: 1 } });
    span.addEvent('event').end();
    const proxy = new Proxy(span as Span, {
      get: (target, name, receiver) => (name === 'name' ? 'proxied' : Reflect.get(target, name, receiver)),
    });
    const derived = Object.create(span, { name: { value: 'derived' } }) as Span;
    for (const wrapped of [proxy, derived]) {
      expect(wrapped.spanContext()).toEqual(span.spanContext());
      expect(wrapped.duration).toEqual((span as Span).duration);
      expect(wrapped.events).toHaveLength(1);
    }
    expect([proxy.name, derived.name]).toEqual(['proxied', 'derived']);
  });

  it('print a span', () => {
    const { tracer, single } = leanTracer();
    tracer.startSpan('work', { attributes: { a: 1 } }).end();
    expect(inspect(single())).toMatch(/^RecordedSpan \{[^]*name: 'work'[^]*attributes: \{ a: 1 \}/);
  });
});

describe('a span that is not recorded', () => {
  const sampled = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };

  it('carries ids of its own to the next service, and says that it is not sampled', () => {
    const { tracer } = leanTracer({ sampler: new AlwaysOffSampler() });
    const parent = within(trace.wrapSpanContext({ ...sampled, isRemote: true }));
    const span = tracer.startSpan('work', {}, parent);
    const carrier: Record<string, string> = {};
    new W3CTraceContextPropagator().inject(trace.setSpan(ROOT_CONTEXT, span), carrier, {
      set: (target: Record<string, string>, key, value) => void (target[key] = value),
    });
    const { traceId, spanId } = span.spanContext();
    expect(carrier['traceparent']).toBe(`00-${traceId}-${spanId}-00`);
    expect([traceId, spanId === sampled.spanId]).toEqual([sampled.traceId, false]);
    expect(span.spanContext()).toBe(span.spanContext());
  });

  it('has unrecorded children in the same trace, each with an id of its own', () => {
    const { tracer, spans } = leanTracer({ sampler: new ParentFollowingSampler(new AlwaysOffSampler()) });
    const parent = tracer.startSpan('parent');
    const children = [1, 2].map(() => tracer.startSpan('child', {}, within(parent)));
    const ids = [parent, ...children].map((span) => span.spanContext());
    expect(new Set(ids.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(ids.map(({ spanId }) => spanId)).size).toBe(3);
    expect(spans()).toEqual([]);
  });

  it('may have recorded children, if the sampler says so', () => {
    const sampler: Sampler = {
      shouldSample: (...[, , name]) => ({ decision: name === 'child' ? RECORD_AND_SAMPLED : NOT_RECORD }),
    };
    const { tracer, single } = leanTracer({ sampler });
    const parent = tracer.startSpan('parent');
    tracer.startSpan('child', {}, within(parent)).end();
    expect(single().parentSpanContext).toEqual(parent.spanContext());
  });

  it('does not have its attributes read when the sampler does not', () => {
    const attributes = {
      get expensive(): string {
        throw new Error('read');
      },
    };
    const { tracer } = leanTracer({
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0) }),
    });
    const read = vi.spyOn(attributes, 'expensive', 'get');
    tracer.startSpan('work', { attributes });
    expect(read).not.toHaveBeenCalled();
  });

  it('goes nowhere, whatever is done to it', () => {
    const { tracer, spans } = leanTracer({ sampler: new AlwaysOffSampler() });
    const span = tracer.startSpan('work');
    span
      .setAttribute('a', 1)
      .setAttributes({ b: 2 })
      .addEvent('event')
      .addLink({ context: sampled })
      .addLinks([])
      .setStatus({ code: SpanStatusCode.ERROR })
      .updateName('other');
    span.recordException(new Error('broken'));
    span.end();
    expect(span.isRecording()).toBe(false);
    expect(spans()).toEqual([]);
    expect(propagation.getBaggage(context.active())).toBeUndefined();
  });
});

describe('which samplers read attributes', () => {
  const blind = [
    new AlwaysOnSampler(),
    new AlwaysOffSampler(),
    new TraceIdRatioBasedSampler(0.5),
    new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    new ParentFollowingSampler(new TraceIdRatioBasedSampler(0.5)),
    new ParentBasedSampler({ root: new ParentBasedSampler({ root: new AlwaysOffSampler() }) }),
  ];
  const mine: Sampler = { shouldSample: () => ({ decision: RECORD_AND_SAMPLED }) };
  class Extended extends AlwaysOnSampler {}

  it.each(blind)('%s does not', (sampler) => {
    expect(readsAttributes(sampler)).toBe(false);
  });

  it.each([
    ['a sampler of the user', mine],
    ['one extended from an official one', new Extended()],
    ['a parent-based one above a user’s', new ParentBasedSampler({ root: mine })],
    [
      'a parent-based one with a user’s for local parents',
      new ParentBasedSampler({ root: new AlwaysOnSampler(), localParentSampled: mine }),
    ],
    ['a wrapped one', createAlwaysRecordSampler(new AlwaysOffSampler())],
  ])('%s may', (_, sampler) => {
    expect(readsAttributes(sampler)).toBe(true);
  });
});
