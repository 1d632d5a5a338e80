import { context, createContextKey, type Context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { inject } from '../../propagation/inject.js';

const OWN = createContextKey('nest-telemetry: what a message is published in');
const BAGGAGE = 'baggage';

/**
 * Runs what publishes a message. The library underneath may be instrumented itself, and one message is one span, so it
 * sees suppressed tracing; what is to be sent along is remembered for {@link stamped}.
 */
export function publishing<T>(own: Context, publish: () => T): T {
  return context.with(suppressTracing(own.setValue(OWN, own)), publish);
}

/** Whether a message is being published here, as opposed to an answer or nothing at all. */
export function isPublishing(): boolean {
  return context.active().getValue(OWN) !== undefined;
}

/** The headers of a message that is being published together with the context; `{}` outside of {@link publishing}. */
export function publishedHeaders(): Record<string, string> {
  const own = context.active().getValue(OWN) as Context | undefined;
  return own === undefined ? {} : inject<Record<string, string>>({}, { context: own });
}

/** The headers of a message together with the context, where there is any. */
export function stamped(
  headers: Record<string, unknown> | null | undefined,
): Record<string, unknown> | undefined {
  const injected = publishedHeaders();
  return Object.keys(injected).length === 0 ? (headers ?? undefined) : withContext(headers, injected);
}

/** A copy of headers with context. Baggage the application wrote itself is meant; the trace must be that of the span. */
export function withContext(
  headers: Record<string, unknown> | null | undefined,
  injected: Record<string, string>,
): Record<string, unknown> {
  const written = headers?.[BAGGAGE];
  return { ...headers, ...injected, ...(written !== undefined && { [BAGGAGE]: written }) };
}
