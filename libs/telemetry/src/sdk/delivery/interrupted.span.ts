import { encodeSpan } from '@nest-telemetry/otlp';
import { type Attributes, type HrTime, SpanStatusCode } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import {
  HTTP_REQUEST_METHOD,
  HTTP_ROUTE,
  INTERRUPTED,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
  MESSAGING_SYSTEM_NAME,
  RPC_METHOD,
  RPC_SYSTEM_NAME,
  URL_SCHEME,
} from '../../semconv.js';
import type { RecordedSpan } from '../tracer/recorded.span.js';

/**
 * What is taken over: names of which there are few. Everything else may be somebody's secret, and has not passed the
 * processors that take it out when a span ends.
 */
const TOLD = [
  HTTP_REQUEST_METHOD,
  HTTP_ROUTE,
  URL_SCHEME,
  RPC_SYSTEM_NAME,
  RPC_METHOD,
  MESSAGING_SYSTEM_NAME,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
  MESSAGING_DESTINATION_NAME,
];
const STATUS = {
  code: SpanStatusCode.ERROR,
  message: 'The process ended before this did; its end is the last sign of life.',
};

/** A span that is open, as it is told of when its process dies now. */
export function encodeInterrupted(span: RecordedSpan): Uint8Array | undefined {
  return encodeSpan({
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    parentSpanContext: span.parentSpanContext,
    startTime: span.startTime,
    // A clock of milliseconds may be behind that of spans.
    endTime: laterOf(span.startTime, millisToHrTime(Date.now())),
    status: STATUS,
    attributes: told(span),
    links: span.links.map(({ context }) => ({ context })),
    events: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
  });
}

function laterOf(one: HrTime, other: HrTime): HrTime {
  return one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]) ? one : other;
}

function told(span: RecordedSpan): Attributes {
  const { own, shared } = span.attributeParts;
  const attributes: Attributes = { [INTERRUPTED]: true };
  for (const name of TOLD) {
    const value = [own, ...shared].find((part) => name in part)?.[name];
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}
