import { context, trace, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TelemetryLoggerOptions } from './logger.options.js';
import { TelemetryLogger } from './telemetry.logger.js';

/** A logger whose lines are kept instead of printed. */
export function loggerWithLines(options: TelemetryLoggerOptions = {}) {
  const lines: string[] = [];
  const writer = { write: (line: string) => void lines.push(line) };
  const logger = new TelemetryLogger({ level: 'verbose', format: 'json', service: {}, writer, ...options });
  const objects = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, lines, objects };
}

function stop(): void {
  trace.disable();
  context.disable();
}

/** A real tracer and context manager, registered until `stop`. */
export function startTracing(): { tracer: Tracer; stop: () => void } {
  const processor = new SimpleSpanProcessor({ exporter: new InMemorySpanExporter() });
  const provider = new TracerProvider({ spanProcessors: [processor] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return { tracer: provider.getTracer('spec'), stop };
}
