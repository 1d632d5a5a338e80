import type { SpanData } from '@nest-telemetry/otlp';
import type { JsonAttributes, JsonValue } from '../api/api.types.js';
import { jsonAttributes } from './json.values.js';

export const KIND = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
const ERROR_STATUS = 2;

/** A span with what lists and figures need of it made out. */
export interface SpanRow {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: number;
  readonly route: string | null;
  readonly method: string | null;
  readonly httpStatus: number | null;
  readonly startUs: number;
  readonly endUs: number;
  readonly isError: boolean;
  readonly status: number;
  readonly attributes: JsonAttributes;
  readonly data: SpanData;
}

/** Reads a span; undefined when its ids are not valid, which is what OTLP asks receivers to drop. */
export function spanRow(data: SpanData): SpanRow | undefined {
  if (!isId(data.traceId, 32) || !isId(data.spanId, 16)) return undefined;
  const attributes = jsonAttributes(data.attributes);
  const startUs = microseconds(data.startTimeUnixNano);
  const status = data.status?.code ?? 0;
  return {
    traceId: data.traceId,
    spanId: data.spanId,
    parentId: isId(data.parentSpanId, 16) ? data.parentSpanId : null,
    name: data.name.slice(0, 512),
    kind: data.kind,
    route: text(
      attributes['http.route'] ?? attributes['messaging.destination.name'] ?? attributes['rpc.method'],
    ),
    method: text(attributes['http.request.method'] ?? attributes['http.method']),
    httpStatus: integer(attributes['http.response.status_code'] ?? attributes['http.status_code']),
    startUs,
    // A clock that went back makes no negative duration.
    endUs: Math.max(startUs, microseconds(data.endTimeUnixNano)),
    isError: status === ERROR_STATUS,
    status,
    attributes,
    data,
  };
}

/** Whether a text is a valid id of this many digits; all zeros is not. */
export function isId(id: string, digits: number): boolean {
  return id.length === digits && /^[0-9a-f]*[1-9a-f][0-9a-f]*$/.test(id);
}

/** Nanoseconds since the epoch as microseconds; a double keeps a quarter of one. */
export function microseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1000n) + Number(nanoseconds % 1000n) / 1000;
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 512) : null;
}

function integer(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
}
