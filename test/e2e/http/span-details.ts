import type { Attributes, HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Events as `name` and attributes, without their times. */
export function eventsOf(span: ReadableSpan): { name: string; attributes: Attributes }[] {
  return span.events.map(({ name, attributes }) => ({ name, attributes: attributes ?? {} }));
}

export function millis([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}

/** Messages of the exceptions that were recorded on a span. */
export function exceptionsOf(span: ReadableSpan): unknown[] {
  return eventsOf(span)
    .filter((event) => event.name === 'exception')
    .map((event) => event.attributes['exception.message']);
}
