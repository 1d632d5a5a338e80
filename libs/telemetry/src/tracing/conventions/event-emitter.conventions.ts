import type { Attributes } from '@opentelemetry/api';
import { CODE_FUNCTION_NAME, NESTJS_CALLBACK, NESTJS_EVENT_NAME, NESTJS_PROVIDER } from '../../semconv.js';

/** Name and attributes of the span of one call of a listener. Metrics only ever see `low`. */
export interface ListenerSpan {
  readonly name: string;
  readonly low: Attributes;
  readonly high: Attributes;
}

/** A method that listens. */
export interface Listener {
  readonly provider: string;
  readonly method: string;
}

/**
 * A call of a listener, named `event order.created → Mailer.confirm`. The event is what the listener was registered for,
 * for wildcards the pattern, because events may be named by anything (`order.4711.created`).
 */
export function listenerSpan(event: string, { provider, method }: Listener): ListenerSpan {
  const listener = `${provider}.${method}`;
  return {
    name: `event ${event} → ${listener}`,
    low: { [NESTJS_EVENT_NAME]: event, [CODE_FUNCTION_NAME]: listener },
    high: { [NESTJS_PROVIDER]: provider, [NESTJS_CALLBACK]: method },
  };
}

/** What a listener is registered for, as text: EventEmitter2 also takes symbols and lists of names. */
export function eventName(event: unknown): string {
  if (Array.isArray(event)) return event.map((part) => eventName(part)).join('.');
  if (typeof event === 'symbol') return event.description ?? 'symbol';
  return String(event);
}
