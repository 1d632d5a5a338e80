import { SpanKind, SpanStatusCode, type HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { SERVICE_NAME } from '../../semconv.js';
import type { TreeSpan } from './tree-model.js';

const KINDS: Readonly<Record<SpanKind, TreeSpan['kind']>> = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};
const STATUSES: Readonly<Record<SpanStatusCode, TreeSpan['status']>> = {
  [SpanStatusCode.UNSET]: 'unset',
  [SpanStatusCode.OK]: 'ok',
  [SpanStatusCode.ERROR]: 'error',
};

/** The name of a kind as people write it. */
export function kindName(kind: SpanKind): TreeSpan['kind'] {
  return KINDS[kind];
}

/** The name of a status as people write it. */
export function statusName(code: SpanStatusCode): TreeSpan['status'] {
  return STATUSES[code];
}

/** A span of the SDK as the trace tree draws it. */
export function toTreeSpan(span: ReadableSpan): TreeSpan {
  const { traceId, spanId } = span.spanContext();
  const parentSpanId = span.parentSpanContext?.spanId;
  const service = span.resource.attributes[SERVICE_NAME];
  return {
    traceId,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    name: span.name,
    kind: kindName(span.kind),
    service: typeof service === 'string' ? service : 'unknown_service',
    startTimeUnixNano: toUnixNano(span.startTime),
    endTimeUnixNano: toUnixNano(span.endTime),
    status: statusName(span.status.code),
    ...(span.status.message !== undefined && { statusMessage: span.status.message }),
    attributes: span.attributes,
    events: span.events.map(({ name, time, attributes }) => ({
      name,
      timeUnixNano: toUnixNano(time),
      attributes: attributes ?? {},
    })),
  };
}

function toUnixNano([seconds, nanos]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}
