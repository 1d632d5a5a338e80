import { context, type Link, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { IdGenerator, ReadableSpan, Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { leanTracer, warningsOf } from './testing-harness.spec-helper.js';

const throwing = (what: string): never => {
  throw new Error(`${what} threw`);
};
const withThrowingGetter = (good: Record<string, unknown>): never =>
  Object.defineProperty({ ...good }, 'bad', { enumerable: true, get: () => throwing('getter') }) as never;
const hostileProxy = new Proxy(
  {},
  { get: () => throwing('get'), ownKeys: () => throwing('ownKeys') },
) as never;
const NOTHING = undefined as never;
const NULL = null as never;

/** The span after `use`, which must not throw, as exporters get it. */
function after(use: (span: Span) => unknown): ReadableSpan {
  const { tracer, single } = leanTracer();
  const span = tracer.startSpan('work');
  use(span);
  span.end();
  return single();
}

/** Whether the official exporters can encode the span; if not, they lose the other spans of its batch too. */
function isExportable(span: ReadableSpan): boolean {
  const times = [...span.startTime, ...span.endTime, ...span.duration];
  return (
    times.every(Number.isFinite) &&
    (ProtobufTraceSerializer.serializeRequest([span])?.length ?? 0) > 0 &&
    (JsonTraceSerializer.serializeRequest([span])?.length ?? 0) > 0
  );
}

describe('a recorded span never throws and stays exportable', () => {
  const deep: Record<string, unknown> = {};
  let innermost = deep;
  for (let level = 0; level < 20_000; level += 1) innermost = innermost['a'] = {} as Record<string, unknown>;
  let doubled: unknown = 'ha';
  for (let level = 0; level < 30; level += 1) doubled = [doubled, doubled];

  it.each<[string, (span: Span) => unknown]>([
    ['setAttribute(null)', (span) => span.setAttribute(NULL, 'value')],
    ['setAttribute(undefined)', (span) => span.setAttribute(NOTHING, 'value')],
    ['setAttribute(symbol)', (span) => span.setAttribute(Symbol('key') as never, 'value')],
    ['setAttribute() of a proxy', (span) => span.setAttribute('key', hostileProxy)],
    [
      'setAttribute() of an object with a throwing getter',
      (span) => span.setAttribute('key', withThrowingGetter({})),
    ],
    ['setAttribute() of an object nested very deep', (span) => span.setAttribute('key', deep)],
    ['setAttribute() of text that multiplies itself', (span) => span.setAttribute('key', doubled)],
    ['setAttribute(__proto__)', (span) => span.setAttribute('__proto__', { polluted: true })],
    ['setAttributes(null)', (span) => span.setAttributes(NULL)],
    ['setAttributes() of a proxy', (span) => span.setAttributes(hostileProxy)],
    ['setStatus(null)', (span) => span.setStatus(NULL)],
    ['setStatus() of a proxy', (span) => span.setStatus(hostileProxy)],
    ['setStatus() with an unknown code', (span) => span.setStatus({ code: 'ERROR' as never })],
    ['updateName(undefined)', (span) => span.updateName(NOTHING)],
    ['addEvent(undefined)', (span) => span.addEvent(NOTHING)],
    ['addEvent() of a proxy', (span) => span.addEvent('event', hostileProxy)],
    ['addEvent() at no time', (span) => span.addEvent('event', Number.NaN)],
    ['addEvent() at an invalid date', (span) => span.addEvent('event', {}, new Date('x'))],
    ['addLink(null)', (span) => span.addLink(NULL)],
    ['addLink() to nowhere', (span) => span.addLink({} as Link)],
    ['addLink() of a proxy', (span) => span.addLink(hostileProxy)],
    ['addLinks(null)', (span) => span.addLinks(NULL)],
    ['addLinks([null])', (span) => span.addLinks([NULL])],
    ['recordException() of a proxy', (span) => span.recordException(hostileProxy)],
    ['recordException() without a prototype', (span) => span.recordException(Object.create(null) as never)],
    ['recordException(symbol)', (span) => span.recordException(Symbol('thrown') as never)],
    ['recordException() at no time', (span) => span.recordException('broken', Number.NaN)],
    ['end(NaN)', (span) => span.end(Number.NaN)],
    ['end(-Infinity)', (span) => span.end(Number.NEGATIVE_INFINITY)],
    ['end() at an invalid date', (span) => span.end(new Date('x'))],
    ['end() at an invalid pair', (span) => span.end([Number.NaN, 0])],
    ['end() of a proxy', (span) => span.end(hostileProxy)],
    ['addEvent() at a proxy', (span) => span.addEvent('event', {}, hostileProxy)],
    ['end(null)', (span) => span.end(NULL)],
  ])('%s', (_, use) => {
    const span = after(use);
    expect(span.name).toBe('work');
    expect(Object.keys(span.attributes)).toEqual([]);
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(isExportable(span)).toBe(true);
  });

  it.each<[string, Parameters<ReturnType<typeof leanTracer>['tracer']['startSpan']>]>([
    ['startSpan(undefined)', [NOTHING]],
    ['startSpan() with null for options', ['work', NULL]],
    ['startSpan() with null for a context', ['work', {}, NULL]],
    ['startSpan() with attributes of a proxy', ['work', { attributes: hostileProxy }]],
    ['startSpan() with links to null', ['work', { links: [NULL, { context: NULL }] }]],
    ['startSpan() with links that are none', ['work', { links: 5 as never }]],
    ['startSpan() at no time', ['work', { startTime: Number.NaN }]],
    ['startSpan() at an invalid date', ['work', { startTime: new Date('x') }]],
    ['startSpan() at a proxy', ['work', { startTime: hostileProxy }]],
    ['startSpan() with a proxy for a name', [hostileProxy]],
    ['startSpan() at null', ['work', { startTime: NULL }]],
  ])('%s', (_, args) => {
    const { tracer, single } = leanTracer();
    tracer.startSpan(...args).end();
    expect(isExportable(single())).toBe(true);
  });

  it('says so when it was given no name', () => {
    const { tracer, single } = leanTracer();
    tracer.startSpan(NOTHING).end();
    expect(single().name).toBe('<unspecified span name>');
  });

  it('keeps the attributes beside a getter that throws', () => {
    const { tracer, single } = leanTracer();
    const span = tracer.startSpan('work', { attributes: withThrowingGetter({ start: 1 }) });
    span.setAttributes(withThrowingGetter({ later: 2 }));
    span.addEvent('event', withThrowingGetter({ within: 3 }));
    span.end();
    expect(single()).toMatchObject({ attributes: { start: 1, later: 2 }, droppedAttributesCount: 1 });
    expect(single().events).toMatchObject([{ attributes: { within: 3 } }]);
  });

  it('keeps what can be read of an exception whose properties throw', () => {
    const error = Object.defineProperties(new Error('broken'), {
      code: { get: () => throwing('code') },
      stack: { get: () => throwing('stack') },
    });
    const { events } = after((span) => span.recordException(error));
    expect(events).toMatchObject([
      { attributes: { 'exception.type': 'Error', 'exception.message': 'broken' } },
    ]);
  });

  it('starts nothing under a parent that cannot be read', () => {
    const { tracer, spans } = leanTracer();
    const parent = trace.setSpan(ROOT_CONTEXT, { spanContext: () => throwing('spanContext()') } as never);
    const span = tracer.startSpan('work', {}, parent);
    span.end();
    expect(span.isRecording()).toBe(false);
    expect(spans()).toEqual([]);
  });

  it('is ended once, also by a processor that ends what is ending', () => {
    let calls = 0;
    const ender: SpanProcessor = {
      onStart() {},
      onEnding(span) {
        calls += 1;
        span.end();
      },
      onEnd() {},
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const { tracer, spans } = leanTracer({}, [ender]);
    tracer.startSpan('work').end();
    expect(calls).toBe(1);
    expect(spans()).toHaveLength(1);
  });
});

describe('what a user brings along', () => {
  const ids: IdGenerator = {
    generateTraceId: () => throwing('generateTraceId'),
    generateSpanId: () => undefined as never,
  };

  it.each<[string, Sampler]>([
    ['throws', { shouldSample: () => throwing('shouldSample') }],
    ['decides nothing', { shouldSample: () => NOTHING }],
  ])('a sampler that %s leaves the span unrecorded, with ids to propagate, and is reported', (_, sampler) => {
    const { tracer, spans } = leanTracer({ sampler });
    let span: Span | undefined;
    const warnings = warningsOf(() => (span = tracer.startSpan('work', { attributes: { a: 1 } })));
    span?.end();
    expect(spans()).toEqual([]);
    expect(span && trace.isSpanContextValid(span.spanContext())).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('NT_USER_CODE_FAILED traces.sampler.shouldSample()')]);
  });

  it('an id generator that throws or says nothing is replaced by random ids and reported', () => {
    const { tracer, single } = leanTracer({ idGenerator: ids });
    const warnings = warningsOf(() => tracer.startSpan('work').end());
    expect(trace.isSpanContextValid(single().spanContext())).toBe(true);
    expect(warnings).toEqual([
      expect.stringContaining('traces.idGenerator.generateSpanId()'),
      expect.stringContaining('traces.idGenerator.generateTraceId()'),
    ]);
  });

  it('a processor that throws is reported, and the next one gets the span', () => {
    class Broken implements SpanProcessor {
      onStart = (): never => throwing('onStart');
      onEnding = (): never => throwing('onEnding');
      onEnd = (): never => throwing('onEnd');
      forceFlush = async (): Promise<void> => throwing('forceFlush');
      shutdown = async (): Promise<void> => throwing('shutdown');
    }
    const { tracer, spans } = leanTracer({}, [new Broken()]);
    const warnings = warningsOf(() => tracer.startSpan('work').end());
    expect(spans()).toHaveLength(1);
    expect(warnings).toHaveLength(3);
  });

  it('a function run in an active span may throw: that is its own business', () => {
    const { tracer } = leanTracer();
    expect(() => tracer.startActiveSpan('work', {}, context.active(), () => throwing('it'))).toThrow(
      'it threw',
    );
  });
});
