import { SpanKind, trace } from '@opentelemetry/api';
import { describe, expect, it, vi } from 'vitest';
import { recordTelemetry, waitForSpan, waitForSpans } from './index.js';

const tracer = trace.getTracer('spec');
const soon = (name: string): void => void setImmediate(() => tracer.startSpan(name).end());

describe('waitForSpans', () => {
  it('waits for a number of spans, for a name, or for what a function says', async () => {
    await using telemetry = recordTelemetry();
    soon('a');
    expect(await waitForSpans(telemetry, 1)).toHaveLength(1);
    soon('b');
    soon('c');
    expect(await waitForSpans(telemetry, 'b')).toHaveLength(2);
    await waitForSpans(telemetry, /c/);
    soon('d');
    const spans = await waitForSpans(telemetry, (all) => all.length === 4);
    expect(spans.at(-1)?.name).toBe('d');
  });

  it('gives up with the trace tree', async () => {
    await using telemetry = recordTelemetry();
    tracer.startSpan('something else').end();
    const open = tracer.startSpan('open');
    await expect(waitForSpans(telemetry, 'open', 1)).rejects.toThrow(
      /waited 1 ms for a span named "open"[\s\S]*something else[\s\S]*started, not ended: open/,
    );
    open.end();
  });

  it('rejects when the function throws', async () => {
    await using telemetry = recordTelemetry();
    soon('a');
    const waiting = waitForSpans(telemetry, (spans) => {
      if (spans.length > 0) throw new Error('mistake');
      return false;
    });
    await expect(waiting).rejects.toThrow('mistake');
  });

  it('gives up under fake timers too', async () => {
    await using telemetry = recordTelemetry();
    vi.useFakeTimers();
    try {
      await expect(waitForSpans(telemetry, 1, 1)).rejects.toThrow('waited 1 ms for 1 spans');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('Waiting for spans with certain traits', () => {
  const client = (): void =>
    void setImmediate(() => tracer.startSpan('GET', { kind: SpanKind.CLIENT }).end());

  it('counts only those', async () => {
    await using telemetry = recordTelemetry();
    tracer.startSpan('GET').end();
    client();
    expect(await waitForSpans(telemetry, { kind: 'client' })).toHaveLength(2);
    client();
    client();
    await waitForSpans(telemetry, { name: /^G/, kind: SpanKind.CLIENT, count: 3 });
    expect(telemetry.findSpans({ kind: 'client' })).toHaveLength(3);
  });

  it('says what it waited for', async () => {
    await using telemetry = recordTelemetry();
    await expect(waitForSpans(telemetry, { kind: 'client', count: 2 }, 1)).rejects.toThrow(
      'waited 1 ms for 2 spans of kind client; recorded so far',
    );
    await expect(waitForSpan(telemetry, { kind: 'server' }, 1)).rejects.toThrow('for a span of kind server;');
    await expect(waitForSpan(telemetry, /^GET/, 1)).rejects.toThrow('for a span named /^GET/;');
  });
});

describe('waitForSpan', () => {
  it('resolves with the one span', async () => {
    await using telemetry = recordTelemetry();
    soon('a');
    expect((await waitForSpan(telemetry, 'a')).name).toBe('a');
    expect(await waitForSpan(telemetry, { kind: 'internal' })).toBe(telemetry.span('a'));
  });

  it('rejects when there is more than one', async () => {
    await using telemetry = recordTelemetry();
    soon('a');
    soon('a');
    await waitForSpans(telemetry, 2);
    await expect(waitForSpan(telemetry, 'a')).rejects.toThrow('2 spans are named "a".');
  });
});
