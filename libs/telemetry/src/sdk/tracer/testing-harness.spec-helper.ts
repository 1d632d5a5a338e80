import type { Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { GuardSpanProcessor } from '../../processors/guard.span-processor.js';
import { observeWarnings } from '../../telemetry.warnings.js';
import { LeanTracerProvider, type LeanTracerProviderOptions } from './lean.tracer-provider.js';

/** A tracer, and what came out of it at the far end. */
export interface TracerUnderTest {
  readonly provider: LeanTracerProvider;
  readonly tracer: Tracer;
  readonly spans: () => ReadableSpan[];
  readonly single: () => ReadableSpan;
}

export function leanTracer(
  options: Partial<LeanTracerProviderOptions> = {},
  processors: readonly SpanProcessor[] = [],
): TracerUnderTest {
  const exporter = new InMemorySpanExporter();
  const provider = new LeanTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    spanProcessor: new GuardSpanProcessor([...processors, new SimpleSpanProcessor({ exporter })]),
    ...options,
  });
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
  return {
    provider,
    tracer: provider.getTracer('shop', '1.0'),
    spans,
    single() {
      const [span, ...others] = spans();
      if (span === undefined || others.length > 0) throw new Error(`${spans().length} spans were exported`);
      return span;
    },
  };
}

/** The warnings given while `run` runs. */
export function warningsOf(run: () => void): string[] {
  const texts: string[] = [];
  const restore = observeWarnings((code, text) => texts.push(`${code} ${text}`));
  try {
    run();
  } finally {
    restore();
  }
  return texts;
}
