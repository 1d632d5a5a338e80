import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { context, type ProxyTracerProvider, SpanStatusCode, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { tracerProvider } from './inject-tracer.decorator.js';
import { activeSpanContext } from './running-work.spec-helper.js';
import { TracerService } from './tracer.service.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());
const tracer = new TracerService();

describe('TracerService', () => {
  it('runs work in a span, with and without options', async () => {
    expect(tracer.span('plain', () => 1)).toBe(1);
    await tracer.span('with options', { attributes: { a: 1 } }, async (span) => {
      expect(tracer.currentSpan()).toBe(span);
    });
    expect(telemetry.span('with options').attributes).toEqual({ a: 1 });
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
    const span = telemetry.span('work');
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
    const span = telemetry.span('payment');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.events[0]?.attributes).toMatchObject({ attempt: 2 });
  });

  it('does nothing where there is no span', () => {
    expect(tracer.currentSpan()).toBeUndefined();
    tracer.addEvent('nothing');
    tracer.setAttributes({ a: 1 });
    tracer.recordError(new Error('nothing'));
    expect(telemetry.spans).toEqual([]);
  });

  it('starts a span that is left to the caller', () => {
    const span = tracer.startSpan('manual');
    expect(tracer.currentSpan()).toBeUndefined();
    expect(telemetry.spans).toEqual([]);
    span.end();
    expect(telemetry.spanNames).toEqual(['manual']);
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
    const { spanId } = telemetry.span('work').spanContext();
    expect(seen).toEqual([spanId, undefined, spanId]);
  });
});

describe('the injected tracer', () => {
  it('goes with the SDK of the moment', () => {
    const injected = tracerProvider.useValue;
    injected.startActiveSpan('first', (span) => span.end());
    injected.startSpan('second').end();
    expect(telemetry.spanNames).toEqual(['first', 'second']);

    const before = (trace.getTracerProvider() as ProxyTracerProvider).getDelegate();
    trace.disable();
    // Somebody else's SDK, of which the recorder knows nothing.
    trace.setGlobalTracerProvider(new TracerProvider());
    injected.startSpan('elsewhere').end();
    trace.disable();
    trace.setGlobalTracerProvider(before);
    expect(telemetry.spanNames).toEqual(['first', 'second']);
  });
});
