import { trace } from '@opentelemetry/api';
import { describe, expect, it, vi } from 'vitest';
import { recordTelemetry, waitForSpans } from './index.js';

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
      /waited 1 ms for a span named open[\s\S]*something else[\s\S]*started, not ended: open/,
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
