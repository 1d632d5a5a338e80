import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { recordTelemetry, spanTree } from './index.js';

const tracer = trace.getTracer('spec');

describe('spanTree', () => {
  it('is the same in every run: no ids, no times', async () => {
    await using telemetry = recordTelemetry();
    tracer.startActiveSpan(
      'root',
      { kind: SpanKind.SERVER, attributes: { route: '/', port: 4711 } },
      (root) => {
        tracer.startSpan('b').setStatus({ code: SpanStatusCode.ERROR }).end();
        tracer.startSpan('a').end();
        root.end();
      },
    );
    const leaf = { kind: 'internal', status: 'unset', children: [] };
    const [a, b] = [
      { ...leaf, name: 'a' },
      { ...leaf, name: 'b', status: 'error' },
    ];
    const root = { name: 'root', kind: 'server', status: 'unset' };
    expect(spanTree(telemetry)).toEqual([{ ...root, children: [b, a] }]);
    expect(spanTree(telemetry, { order: 'name' })).toEqual([{ ...root, children: [a, b] }]);
    expect(spanTree(telemetry, { attributes: ['route', 'missing'] })).toEqual([
      { ...root, attributes: { route: '/' }, children: [b, a] },
    ]);
  });

  it('puts traces side by side as they were started', async () => {
    await using telemetry = recordTelemetry();
    const first = tracer.startSpan('first');
    tracer.startSpan('second').end();
    first.end();
    expect(spanTree(telemetry).map((node) => node.name)).toEqual(['first', 'second']);
  });
});
