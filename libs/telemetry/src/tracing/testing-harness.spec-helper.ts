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
import type { TelemetryCode } from '../telemetry.errors.js';
import { useWarningSink } from '../telemetry.warnings.js';

/** What the specs of this folder see of the spans that were made. */
export interface SpanRecorder {
  /** Finished spans in the order they ended. */
  spans(): ReadableSpan[];
  names(): string[];
  /** Codes of the warnings that were given. */
  warnings(): readonly TelemetryCode[];
  /** The only span of that name. */
  only(name: string): ReadableSpan;
}

/** Registers a real SDK with an in-memory exporter for the spec file, and takes it away afterwards. */
export function recordSpans(sampler: Sampler = new AlwaysOnSampler()): SpanRecorder {
  const exporter = new InMemorySpanExporter();
  let warnings: TelemetryCode[] = [];
  let restoreWarnings: (() => void) | undefined;
  beforeAll(() => {
    restoreWarnings = useWarningSink((code) => warnings.push(code));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(
      new TracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
  });
  afterEach(() => {
    exporter.reset();
    warnings = [];
  });
  afterAll(() => {
    restoreWarnings?.();
    trace.disable();
    context.disable();
    propagation.disable();
  });
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
  return {
    spans,
    warnings: () => warnings,
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

/** All values of an async iterable. */
export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

/** Lets timers and immediates that are due run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
