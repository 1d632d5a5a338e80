import { type Span, type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/**
 * A span nobody will see: it does nothing but carry ids to the next service. Its own id is made when somebody asks
 * for it, and mostly nobody does.
 */
export class NotRecordedSpan implements Span {
  private context: SpanContext | undefined;

  constructor(
    readonly traceId: string,
    readonly traceState: TraceState | undefined,
    private readonly ids: IdGenerator,
  ) {}

  spanContext(): SpanContext {
    this.context ??= spanContextOf(this.traceId, this.ids.generateSpanId(), TraceFlags.NONE, this.traceState);
    return this.context;
  }

  isRecording(): boolean {
    return false;
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  recordException(): void {}

  end(): void {}
}

/** A span context with the properties of the official ones, in their order. */
export function spanContextOf(
  traceId: string,
  spanId: string,
  traceFlags: TraceFlags,
  traceState: TraceState | undefined,
): SpanContext {
  return { traceId, spanId, traceFlags, traceState } as SpanContext;
}
