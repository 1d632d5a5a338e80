import { context, propagation, trace, type SpanContext } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** What the specs of this folder see of the spans that were made. */
export interface SpanRecorder {
  /** Finished spans in the order they ended. */
  spans(): ReadableSpan[];
  names(): string[];
  /** The only span of that name. */
  only(name: string): ReadableSpan;
}

/** Registers a real SDK with an in-memory exporter for the spec file, and takes it away afterwards. */
export function recordSpans(sampler: Sampler = new AlwaysOnSampler()): SpanRecorder {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(
      new TracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
  });
  afterEach(() => exporter.reset());
  afterAll(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
  return {
    spans,
    names: () => spans().map(({ name }) => name),
    only(name) {
      const [found, ...others] = spans().filter((span) => span.name === name);
      if (found === undefined || others.length > 0) {
        throw new Error(
          `Expected one span ${name} among: ${spans()
            .map((span) => span.name)
            .join(', ')}`,
        );
      }
      return found;
    },
  };
}

/** The span context of the code that calls it. */
export function activeSpanContext(): SpanContext | undefined {
  return trace.getActiveSpan()?.spanContext();
}

/** Lets timers and immediates that are due run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
