import { Inject, type ValueProvider } from '@nestjs/common';
import type { Context, Span, SpanOptions, Tracer } from '@opentelemetry/api';
import { currentTracer } from './tracer.js';

/** Injection token of the OpenTelemetry `Tracer`. A registered symbol, so that two copies of this package agree on it. */
const TRACER = Symbol.for('nest-telemetry:tracer');

/** Providers live longer than an SDK may, so what is injected looks the tracer up for every span. */
class LazyTracer implements Tracer {
  startSpan(name: string, options?: SpanOptions, parent?: Context): Span {
    return currentTracer().startSpan(name, options, parent);
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const tracer = currentTracer() as { startActiveSpan(...args: unknown[]): ReturnType<F> };
    return tracer.startActiveSpan(name, ...rest);
  }
}

/** Provides what `@InjectTracer()` asks for. */
export const tracerProvider: ValueProvider<Tracer> = { provide: TRACER, useValue: new LazyTracer() };

/**
 * Injects the plain OpenTelemetry `Tracer`. For most uses `TracerService` is more convenient.
 * @example `constructor(@InjectTracer() private readonly tracer: Tracer) {}`
 * @since 0.1.0
 */
export function InjectTracer(): PropertyDecorator & ParameterDecorator {
  return Inject(TRACER);
}
