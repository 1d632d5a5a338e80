import { SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { leanTracer } from '../sdk/tracer/testing-harness.spec-helper.js';
import { sharedAttributes } from '../shared.attributes.js';
import type { RedactionOptions } from '../telemetry.options.js';
import { LoggingSpanProcessor, type SpanLogFields } from './logging.span-processor.js';
import { GuardSpanProcessor } from './guard.span-processor.js';
import { createRedactor } from './redaction/standard.redactor.js';
import { SanitizingSpanProcessor } from './sanitizing.span-processor.js';

const CONTEXT = {
  traceId: '0'.repeat(31) + '1',
  spanId: '0'.repeat(15) + '1',
  traceFlags: TraceFlags.SAMPLED,
};

/** Tracers of both SDKs whose spans pass the processor. */
function subject(name: 'official' | 'ours', options?: RedactionOptions) {
  const exporter = new InMemorySpanExporter();
  const processor = new SanitizingSpanProcessor(new SimpleSpanProcessor({ exporter }), options);
  const resource = resourceFromAttributes({ 'service.name': 'shop', 'owner.email': 'ada@example.com' });
  const provider =
    name === 'official'
      ? new TracerProvider({ resource, spanProcessors: [processor] })
      : leanTracer({ resource, spanProcessor: new GuardSpanProcessor([processor]) }).provider;
  return {
    tracer: provider.getTracer('shop'),
    single: (): ReadableSpan => {
      const [span] = exporter.getFinishedSpans();
      if (span === undefined) throw new Error('no span was exported');
      return span;
    },
  };
}

describe.each(['official', 'ours'] as const)('A sanitised span of the %s SDK', (name) => {
  it('has no secrets in any of its parts, and everything else', () => {
    const { tracer, single } = subject(name);
    const span = tracer.startSpan('greet ada@example.com', {
      attributes: { email: 'x', note: 'card 4111111111111111', id: 42, list: ['ada@example.com', 'b'] },
      links: [{ context: CONTEXT, attributes: { token: 'abc' } }],
    });
    span.addEvent('mail ada@example.com', { password: 'hunter2', kept: 'yes' });
    span.recordException(new Error('no user ada@example.com'));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'password=hunter2 is wrong' });
    span.end();

    const seen = single();
    expect(seen.name).toBe('greet [redacted:email]');
    expect(seen.attributes).toEqual({
      email: '[redacted:email]',
      note: 'card [redacted:card]',
      id: 42,
      list: ['[redacted:email]', 'b'],
    });
    expect(seen.links[0]?.attributes).toEqual({ token: '[redacted:token]' });
    expect(seen.events[0]?.name).toBe('mail [redacted:email]');
    expect(seen.events[0]?.attributes).toEqual({ password: '[redacted:password]', kept: 'yes' });
    expect(seen.events[1]?.attributes?.['exception.message']).toBe('no user [redacted:email]');
    expect(seen.status).toEqual({
      code: SpanStatusCode.ERROR,
      message: 'password=[redacted:password] is wrong',
    });
    expect(seen.resource.attributes).toEqual({ 'service.name': 'shop', 'owner.email': '[redacted:email]' });
    expect(seen.spanContext()).toEqual(span.spanContext());
    expect(seen.ended).toBe(true);
    expect(seen.duration).toEqual((span as unknown as ReadableSpan).duration);
    expect(JSON.stringify(seen)).not.toMatch(/ada@|hunter2|4111111111/);
  });

  it('loses attributes that are dropped, with their names', () => {
    const { tracer, single } = subject(name, { strategy: 'drop' });
    tracer.startSpan('work', { attributes: { email: 'x', id: 1 } }).end();
    expect(single().attributes).toEqual({ id: 1 });
  });

  it('shows statements without their literals', () => {
    const { tracer, single } = subject(name);
    const sql = "SELECT * FROM t1 WHERE a = 'it''s' AND b = 42 AND c = $1";
    tracer.startSpan('query', { attributes: { 'db.query.text': sql } }).end();
    expect(single().attributes['db.query.text']).toBe('SELECT * FROM t1 WHERE a = ? AND b = ? AND c = $1');
  });
});

describe.each(['official', 'ours'] as const)('A long span of the %s SDK', (name) => {
  it('keeps its limits over all of its parts, and says where something is missing', () => {
    const { tracer, single } = subject(name, { limits: { valueLength: 500, recordLength: 1024 } });
    const span = tracer.startSpan('n'.repeat(600), {
      attributes: { a: 'x'.repeat(400), b: 'x'.repeat(501), huge: 'token=abc123 '.repeat(1_000_000) },
    });
    span.addEvent('said', { text: 'x'.repeat(400) });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'x'.repeat(600) });
    span.end();

    const seen = single();
    expect(seen.name).toBe(`${'n'.repeat(500)}…[100 characters cut]`);
    expect(seen.status.message).toBe(`${'x'.repeat(500)}…[100 characters cut]`);
    expect(seen.attributes['a']).toBe('x'.repeat(400));
    expect(seen.attributes['b']).toBe(`${'x'.repeat(500)}…[1 characters cut]`);
    expect(seen.attributes['huge']).toMatch(/^\[1300000.*cut\]$/);
    expect(seen.events[0]?.attributes?.['text']).toMatch(/^x+…\[\d+ characters cut\]$/);
    expect(JSON.stringify([seen.attributes, seen.events]).length).toBeLessThan(1600);
  });
});

describe('A clean span', () => {
  it('is handed on itself, with what it shares', () => {
    const { redactor } = createRedactor();
    const { tracer, single } = leanTracer();
    const span = tracer.startSpan('GET /users/:id', {
      attributes: sharedAttributes({ 'http.route': '/users/:id' }),
    });
    span.setAttribute('url.path', '/users/42');
    span.end();
    expect(redactor.span(single())).toBe(single());
  });
});

describe('A span whose shared attributes hold a secret', () => {
  it('is redacted each time', () => {
    const { redactor } = createRedactor();
    const shared = sharedAttributes({ note: 'ada@example.com' });
    for (let count = 0; count < 2; count++) {
      const { tracer, single } = leanTracer();
      tracer.startSpan('work', { attributes: shared }).end();
      expect(redactor.span(single()).attributes).toEqual({ note: '[redacted:email]' });
    }
  });
});

describe('Counts', () => {
  it('tell which rule fired where, when that is asked for', () => {
    const fired = (explain: boolean) => {
      const { redactor, findings } = createRedactor({ explain });
      redactor.text('ada@example.com, grace@example.com', 'log');
      redactor.attributes({ email: 'x' }, 'metric');
      return findings.firings;
    };
    expect(fired(true)).toEqual([
      { rule: 'email', place: 'log', count: 2 },
      { rule: 'email', place: 'metric', count: 1 },
    ]);
    expect(fired(false)).toEqual([]);
  });

  it('tell what was cut, also when nothing is to be explained', () => {
    const { redactor, findings } = createRedactor({ limits: { valueLength: 500, recordLength: 1024 } });
    const { tracer, single } = leanTracer();
    const span = tracer.startSpan('work', { attributes: { a: 'x'.repeat(501), b: 'x'.repeat(400) } });
    span.addEvent('said', { text: 'x'.repeat(400) });
    span.end();
    redactor.span(single());
    expect(findings.cuts).toEqual([
      { limit: 'length', place: 'span.attribute', count: 1 },
      { limit: 'bytes', place: 'event.attribute', count: 1 },
    ]);
  });
});

describe('A logging processor', () => {
  it('tells of the start and the end of spans, without secrets', () => {
    const lines: [string, SpanLogFields][] = [];
    const processor = new LoggingSpanProcessor((message, fields) => lines.push([message, fields]));
    const { tracer } = leanTracer({}, [processor]);
    const span = tracer.startSpan('greet ada@example.com', { startTime: 1000 });
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(1250);
    const { traceId, spanId } = span.spanContext();
    expect(lines).toEqual([
      ['greet [redacted:email] started', { traceId, spanId }],
      [
        'greet [redacted:email] ended after 250.000 ms',
        { traceId, spanId, durationMillis: 250, status: 'error' },
      ],
    ]);
  });
});
