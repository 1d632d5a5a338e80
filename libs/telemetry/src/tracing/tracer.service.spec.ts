import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { tracerProvider } from './inject-tracer.decorator.js';
import { activeSpanContext, recordSpans } from './testing-harness.spec-helper.js';
import { TracerService } from './tracer.service.js';

const recorder = recordSpans();
const tracer = new TracerService();

describe('TracerService', () => {
  it('runs work in a span, with and without options', async () => {
    expect(tracer.span('plain', () => 1)).toBe(1);
    await tracer.span('with options', { attributes: { a: 1 } }, async (span) => {
      expect(tracer.currentSpan()).toBe(span);
    });
    expect(recorder.only('with options').attributes).toEqual({ a: 1 });
  });

  it('puts events, attributes and links on the current span', () => {
    const other = tracer.startSpan('other');
    other.end();
    tracer.span('work', () => {
      tracer.addEvent('validation-passed', { lines: 2 });
      tracer.setAttributes({ 'order.id': '7' });
      tracer.link(other);
      tracer.link(other.spanContext(), { reason: 'batch' });
    });
    const span = recorder.only('work');
    expect(span.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['validation-passed', { lines: 2 }],
    ]);
    expect(span.attributes).toEqual({ 'order.id': '7' });
    expect(span.links.map((link) => link.context.spanId)).toEqual([
      other.spanContext().spanId,
      other.spanContext().spanId,
    ]);
    expect(span.links[1]?.attributes).toEqual({ reason: 'batch' });
  });

  it.each([new Error('declined'), 'declined', null])('marks the current span as failed by %s', (error) => {
    tracer.span('payment', () => tracer.recordError(error, { attempt: 2 }));
    const span = recorder.only('payment');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.events[0]?.attributes).toMatchObject({ attempt: 2 });
  });

  it('does nothing where there is no span', () => {
    expect(tracer.currentSpan()).toBeUndefined();
    tracer.addEvent('nothing');
    tracer.setAttributes({ a: 1 });
    tracer.recordError(new Error('nothing'));
    expect(recorder.spans()).toEqual([]);
  });

  it('starts a span that is left to the caller', () => {
    const span = tracer.startSpan('manual');
    expect(tracer.currentSpan()).toBeUndefined();
    expect(recorder.spans()).toEqual([]);
    span.end();
    expect(recorder.names()).toEqual(['manual']);
  });

  it('keeps the context for what is called from elsewhere', async () => {
    const queue = new EventEmitter();
    const seen: (string | undefined)[] = [];
    const look = (): void => void seen.push(activeSpanContext()?.spanId);
    const kept = tracer.span('work', () => {
      queue.on('bound', tracer.bind(look));
      queue.on('unbound', look);
      return context.active();
    });
    await sleep(1);
    queue.emit('bound');
    queue.emit('unbound');
    tracer.withContext(kept, look);
    const { spanId } = recorder.only('work').spanContext();
    expect(seen).toEqual([spanId, undefined, spanId]);
  });
});

describe('the injected tracer', () => {
  it('goes with the SDK of the moment', () => {
    const injected = tracerProvider.useValue;
    injected.startActiveSpan('first', (span) => span.end());
    injected.startSpan('second').end();
    expect(recorder.names()).toEqual(['first', 'second']);

    const before = trace.getTracerProvider();
    trace.disable();
    trace.setGlobalTracerProvider(new TracerProvider());
    injected.startSpan('elsewhere').end();
    trace.disable();
    trace.setGlobalTracerProvider(before);
    expect(recorder.names()).toEqual(['first', 'second']);
  });
});
