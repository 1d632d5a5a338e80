import type { Context, Span, SpanOptions, Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';

/**
 * A tracer provider that is never stale: its tracers look up the provider of the moment for every span. The API
 * binds a tracer to the first provider it meets, for ever; met here, tracers kept in constants and fields work in
 * every test of a file.
 */
export class DelegatingTracerProvider implements TracerProvider {
  constructor(private readonly current: () => TracerProvider) {}

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return new DelegatingTracer(this.current, name, version, options);
  }
}

class DelegatingTracer implements Tracer {
  private readonly tracers = new WeakMap<TracerProvider, Tracer>();

  constructor(
    private readonly current: () => TracerProvider,
    private readonly name: string,
    private readonly version: string | undefined,
    private readonly options: TracerOptions | undefined,
  ) {}

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    return this.tracer().startSpan(name, options, context);
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    // The overloads differ only in what may be left out.
    const tracer = this.tracer() as { startActiveSpan(name: string, ...rest: unknown[]): ReturnType<F> };
    return tracer.startActiveSpan(name, ...rest);
  }

  private tracer(): Tracer {
    const provider = this.current();
    let tracer = this.tracers.get(provider);
    if (!tracer) {
      tracer = provider.getTracer(this.name, this.version, this.options);
      this.tracers.set(provider, tracer);
    }
    return tracer;
  }
}
