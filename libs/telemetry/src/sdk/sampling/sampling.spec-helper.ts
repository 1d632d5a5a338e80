import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  trace,
  TraceFlags,
  createTraceState,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { IdGenerator, ReadableSpan } from '@opentelemetry/sdk-trace';
import { resolveOptions } from '../../config/resolve-options.js';
import { GuardSpanProcessor } from '../../processors/guard.span-processor.js';
import { TailCounts } from '../../processors/sampling/tail.counts.js';
import type { TracesOptions } from '../../telemetry.options.js';
import { TelemetryHealth } from '../health/telemetry.health.js';
import { LeanTracerProvider } from '../tracer/lean.tracer-provider.js';
import { Sampling } from './sampling.js';

/** What came out at the far end. */
class FarEnd {
  /** Those an exporter would send. */
  readonly kept: ReadableSpan[] = [];
  readonly ended: ReadableSpan[] = [];

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.ended.push(span);
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.kept.push(span);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** Trace ids whose random bits a test chooses: 14 digits. */
class ChosenIds implements IdGenerator {
  randomness: string | undefined;
  #count = 0;

  generateTraceId(): string {
    this.#count += 1;
    const randomness = this.randomness ?? '00000000000000';
    return `${String(this.#count).padStart(18, '1')}${randomness}`;
  }

  generateSpanId(): string {
    this.#count += 1;
    return String(this.#count).padStart(16, '2');
  }
}

/** Tracing with the sampling that options ask for. */
export function tracing(traces: TracesOptions) {
  const options = resolveOptions(
    { traces },
    { env: {}, packageInfo: { name: 'shop', version: undefined }, isTerminal: false },
  );
  const end = new FarEnd();
  const ids = new ChosenIds();
  const health = new TelemetryHealth();
  let counts = new TailCounts();
  health.samples = (tail) => {
    counts = tail;
  };
  const sampling = new Sampling(options, health);
  const provider = new LeanTracerProvider({
    resource: resourceFromAttributes({}),
    sampler: sampling.sampler,
    spanProcessor: sampling.inFrontOf(new GuardSpanProcessor([end])),
    idGenerator: ids,
  });
  const tracer = provider.getTracer('spec');
  return {
    end,
    ids,
    start: (
      name: string,
      within: Context = ROOT_CONTEXT,
      attributes: Attributes = {},
      kind = SpanKind.SERVER,
    ): Span => tracer.startSpan(name, { kind, attributes }, within),
    names: () => end.kept.map(({ name }) => name),
    /** What tail sampling counted. */
    counts: () => counts,
    provider,
  };
}

export const inside = (span: Span, context: Context = ROOT_CONTEXT): Context => trace.setSpan(context, span);

/** The context of a request whose caller has decided. */
export function calledBy(
  decision: 'sampled' | 'not sampled',
  { state, randomness = '00000000000000' }: { state?: string; randomness?: string } = {},
): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: `3${'0'.repeat(17)}${randomness}`,
    spanId: '3000000000000000',
    traceFlags: decision === 'sampled' ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
    ...(state !== undefined && { traceState: createTraceState(state) }),
  });
}
