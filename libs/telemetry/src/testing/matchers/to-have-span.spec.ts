import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../index.js';
import '../vitest.js';

let telemetry: TelemetryRecorder;
const tracer = trace.getTracer('spec');

beforeEach(() => {
  telemetry = recordTelemetry({ serviceName: 'order' });
  tracer.startActiveSpan('POST /orders', { kind: SpanKind.SERVER }, (root) => {
    tracer.startActiveSpan('process-order', { attributes: { 'order.id': 17, tags: ['a', 'b'] } }, (order) => {
      const link = { context: root.spanContext(), attributes: { why: 'retry' } };
      const payment = tracer.startSpan('process-payment', { links: [link] });
      payment.addEvent('payment-requested', { amount: 12.5 });
      payment.recordException(new TypeError('card expired'));
      payment.setStatus({ code: SpanStatusCode.ERROR, message: 'card expired' });
      payment.end();
      order.setStatus({ code: SpanStatusCode.OK });
      order.end();
    });
    tracer.startSpan('reserve-item').end();
    tracer.startSpan('reserve-item').end();
    root.end();
  });
});
afterEach(() => telemetry.stop());

function failure(run: () => void): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It did not fail.');
}

describe('toHaveSpan', () => {
  it('finds a span by name or expression', () => {
    expect(telemetry).toHaveSpan('process-order');
    expect(telemetry).toHaveSpan(/^process-/g);
    expect(telemetry).not.toHaveSpan('process');
    expect(telemetry.spans).toHaveSpan('process-order');
  });

  it('compares parent, kind and status', () => {
    expect(telemetry).toHaveSpan('process-order', { parent: 'POST /orders', kind: 'internal', status: 'ok' });
    expect(telemetry).toHaveSpan('process-order', { parent: /orders/, kind: SpanKind.INTERNAL });
    expect(telemetry).toHaveSpan('process-order', { parent: { name: 'POST /orders' } });
    expect(telemetry).toHaveSpan('process-order', { parent: telemetry.span('POST /orders') });
    expect(telemetry).toHaveSpan('POST /orders', { parent: null, kind: 'server', status: 'unset' });
    expect(telemetry).toHaveSpan('process-payment', {
      status: SpanStatusCode.ERROR,
      statusMessage: expect.stringContaining('expired'),
    });
    expect(telemetry).not.toHaveSpan('process-order', { parent: null });
    expect(telemetry).not.toHaveSpan('process-order', { parent: telemetry.span('process-payment') });
    expect(telemetry).not.toHaveSpan('POST /orders', { parent: 'process-order' });
  });

  it('compares some attributes, also by asymmetric matchers', () => {
    expect(telemetry).toHaveSpan('process-order', { attributes: { 'order.id': 17 } });
    expect(telemetry).toHaveSpan('process-order', {
      attributes: { 'order.id': expect.any(Number), tags: expect.arrayContaining(['b']), secret: undefined },
    });
    expect(telemetry).not.toHaveSpan('process-order', { attributes: { 'order.id': '17' } });
  });

  it('compares events, links, count and trace', () => {
    const root = telemetry.span('POST /orders');
    expect(telemetry).toHaveSpan('process-payment', {
      events: ['payment-requested', { name: 'exception', attributes: { 'exception.type': 'TypeError' } }],
      links: [root, { attributes: { why: 'retry' } }],
      traceId: root.spanContext().traceId,
    });
    expect(telemetry).toHaveSpan('reserve-item', { count: 2 });
    expect(telemetry).toHaveSpan('never', { count: 0 });
    expect(telemetry).not.toHaveSpan('reserve-item', { count: 1 });
    expect(telemetry).not.toHaveSpan('process-payment', { links: [telemetry.span('process-order')] });
    expect(telemetry).not.toHaveSpan('process-payment', { traceId: 'other' });
  });
});

describe('A failing toHaveSpan', () => {
  it('says what is different about the span, and prints the trace', () => {
    const message = failure(() =>
      expect(telemetry).toHaveSpan('process-payment', {
        parent: 'POST /orders',
        kind: 'client',
        status: 'ok',
        attributes: { 'order.id': 17 },
        events: ['payment-authorized'],
        links: [telemetry.span('process-order')],
      }),
    );
    expect(message).toContain(
      'expected to have a span named "process-payment" with\n    parent: "POST /orders"',
    );
    for (const reason of [
      'parent: expected "POST /orders", got "process-order"',
      'kind: expected "client", got "internal"',
      'status: expected "ok", got "error"',
      'attribute order.id: expected 17, got none',
      'event payment-authorized: not there; events: payment-requested, exception',
      'link to span "process-order": not there; links: 1',
    ])
      expect(message).toContain(reason);
    expect(message).toMatch(/trace [\da-f]{32} · order · 5 spans/);
    expect(message).toMatch(/└─ process-payment.*✗/);
    expect(message).toContain('✗ TypeError: card expired');
    expect(message).not.toContain('\u001B');
  });

  it('names the closest spans when none has the name', () => {
    const message = failure(() => expect(telemetry).toHaveSpan('proces-order'));
    expect(message).toContain('but no span has that name; the closest: "process-order"');
  });

  it('explains every candidate, the closest first', () => {
    const message = failure(() => expect(telemetry).toHaveSpan(/^process/, { status: 'ok', kind: 'server' }));
    expect(message).toContain('but no span is like that');
    expect(message.indexOf('"process-order" (span')).toBeLessThan(message.indexOf('"process-payment" (span'));
  });

  it('counts', () => {
    const message = failure(() => expect(telemetry).toHaveSpan('reserve-item', { count: 3 }));
    expect(message).toContain(
      'expected to have exactly 3 spans named "reserve-item"\nbut 2 spans are like that',
    );
  });

  it('says so when the span was never ended', () => {
    const forgotten = tracer.startSpan('forgotten');
    expect(failure(() => expect(telemetry).toHaveSpan('forgotten'))).toContain(
      'but the span "forgotten" was started and never ended',
    );
    forgotten.end();
  });

  it('says what was not to be there', () => {
    const message = failure(() => expect(telemetry).not.toHaveSpan(/order$/, { status: 'ok' }));
    expect(message).toContain(
      'expected not to have a span named /order$/ with\n    status: "ok"\nbut 1 span is like that',
    );
  });

  it('says so when nothing was recorded, or when it is asked of something else', () => {
    telemetry.clear();
    expect(failure(() => expect(telemetry).toHaveSpan('x'))).toContain('no spans were recorded');
    expect(() => expect('text').toHaveSpan('x')).toThrow(
      'looks at what recordTelemetry() returned, and got string',
    );
  });
});
