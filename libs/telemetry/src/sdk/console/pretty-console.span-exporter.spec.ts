import { ROOT_CONTEXT, TraceFlags, trace, type Span } from '@opentelemetry/api';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { PrettyConsoleSpanExporter, type PrettyConsoleOptions } from './pretty-console.span-exporter.js';

function printer(options: PrettyConsoleOptions = {}) {
  const printed: string[] = [];
  const exporter = new PrettyConsoleSpanExporter({
    colors: false,
    write: (text) => void printed.push(text),
    ...options,
  });
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('spec');
  const start = (name: string, parent?: Span): Span =>
    tracer.startSpan(name, {}, parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT);
  return { printed, exporter, tracer, start };
}

describe('PrettyConsoleSpanExporter', () => {
  it('prints a trace once its root has ended', () => {
    const { printed, start } = printer();
    const root = start('root');
    start('child', root).end();
    expect(printed).toEqual([]);
    root.end();
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatch(/2 spans[\s\S]*root[\s\S]*└─ child/);
  });

  it('takes a span with a remote parent for the root in this process', () => {
    const { printed, tracer } = printer();
    const remote = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    };
    tracer.startSpan('served', {}, trace.setSpanContext(ROOT_CONTEXT, remote)).end();
    expect(printed[0]).toContain('served');
  });

  it('prints late spans when they end', () => {
    const { printed, start } = printer();
    const root = start('root');
    const late = start('late', root);
    const later = start('later', late);
    root.end();
    late.end();
    later.end();
    expect(printed).toHaveLength(3);
    expect(printed[2]).toContain('later');
  });

  it('keeps concurrent traces apart', () => {
    const { printed, start } = printer();
    const [a, b] = [start('a'), start('b')];
    start('in a', a).end();
    start('in b', b).end();
    b.end();
    expect(printed).toHaveLength(1);
    expect(printed[0]).toContain('in b');
    expect(printed[0]).not.toContain('in a');
  });

  it('prints the oldest trace unfinished rather than keep more spans than allowed', () => {
    const { printed, start } = printer({ maxSpans: 10 });
    const roots = Array.from({ length: 12 }, (_, i) => start(`root ${i}`));
    for (const [i, root] of roots.entries()) start(`child ${i}`, root).end();
    expect(printed).toHaveLength(2);
    expect(printed[0]).toContain('child 0');
  });

  it('prints what is left when it is flushed', async () => {
    const { printed, exporter, start } = printer();
    start('child', start('never ended')).end();
    await exporter.forceFlush();
    await exporter.shutdown();
    expect(printed).toHaveLength(1);
    expect(printed[0]).toContain('child');
  });

  it('does not throw when the terminal is gone', async () => {
    const { exporter, start } = printer({
      write: () => {
        throw new Error('EPIPE');
      },
    });
    expect(() => start('root').end()).not.toThrow();
    start('child', start('open')).end();
    await expect(exporter.shutdown()).resolves.toBeUndefined();
  });
});
