import { describe, expect, it } from 'vitest';
import { hex, Surgery } from './doctor.spec-helper.js';

const PENDING = {
  body: '[NT_SPAN_PENDING] Span place order has not ended: it was started 61.2 s ago (started at /app/src/orders.service.ts:42:31). If it is meant to take that long, raise traces.hygiene.openMillis.',
  trace: 1,
  span: 7,
};

describe('D05, spans that are never ended', () => {
  it('names the span that was announced, and the line that started it', () => {
    expect(new Surgery().logs(PENDING).findings('D05')).toMatchObject([
      {
        severity: 'error',
        evidence:
          'orders told 1 time of a span place order that does not end; it was started at /app/src/orders.service.ts:42:31.',
        spans: [{ traceId: hex(1, 32), spanId: hex(7, 16), name: 'place order' }],
      },
    ]);
  });

  it('takes it back when the span comes after all', () => {
    expect(new Surgery().logs(PENDING).spans({ id: 7, trace: 1 }).findings('D05')).toEqual([]);
  });

  it('tells of spans that nobody can end any more', () => {
    const surgery = new Surgery().logs({
      body: '[NT_SPAN_NEVER_ENDED] Span poll was never ended and is lost, for nobody can end it any more: it was started 3 s ago at /app/src/poller.ts:9:5.',
    });
    expect(surgery.findings('D05')).toMatchObject([
      {
        evidence:
          'orders told 1 time of a span poll that does not end; it was started at /app/src/poller.ts:9:5.',
      },
    ]);
  });

  it('has nothing to say of other warnings, nor of other traces', () => {
    expect(
      new Surgery().logs({ body: '[NT_EXPORT_FAILED] Span export has not ended' }).findings('D05'),
    ).toEqual([]);
    expect(new Surgery().logs(PENDING).spans({ id: 1, trace: 2 }).findings('D05', { trace: 2 })).toEqual([]);
  });
});
