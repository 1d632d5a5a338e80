import type { TreeSpan } from './trace.model.ts';

// The part of the OTLP JSON encoding that a trace tree needs (opentelemetry-proto, trace.proto and common.proto).
interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] };
  readonly bytesValue?: string;
}
interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly {
    readonly name: string;
    readonly timeUnixNano: string;
    readonly attributes?: readonly KeyValue[];
  }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}
/** Body of `POST /v1/traces`. */
export interface ExportTraceRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[];
  }[];
}

const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;

/** The spans of an OTLP export. */
export function decodeSpans(request: ExportTraceRequest): TreeSpan[] {
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }) => {
    const name = decodeAttributes(resource?.attributes)['service.name'];
    const service = typeof name === 'string' ? name : 'unknown_service';
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => decodeSpan(span, service)));
  });
}

function decodeSpan(span: OtlpSpan, service: string): TreeSpan {
  const { parentSpanId, status = {} } = span;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(parentSpanId && { parentSpanId }),
    name: span.name,
    kind: KINDS[span.kind ?? 0] ?? 'internal',
    service,
    startTimeUnixNano: BigInt(span.startTimeUnixNano),
    endTimeUnixNano: BigInt(span.endTimeUnixNano),
    status: STATUSES[status.code ?? 0] ?? 'unset',
    ...(status.message && { statusMessage: status.message }),
    attributes: decodeAttributes(span.attributes),
    events: (span.events ?? []).map(({ name, timeUnixNano, attributes }) => ({
      name,
      timeUnixNano: BigInt(timeUnixNano),
      attributes: decodeAttributes(attributes),
    })),
  };
}

function decodeAttributes(attributes: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, decodeValue(value)]));
}

function decodeValue(value: AnyValue = {}): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(decodeValue);
  if (value.kvlistValue !== undefined) return decodeAttributes(value.kvlistValue.values);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue;
}
