// Telemetry for the specs: what a spec does not name has a plain value.
import {
  encodeLogsDataJson,
  encodeTracesData,
  type AnyValue,
  type KeyValue,
  type LogRecordData,
  type SpanData,
  type TracesData,
} from '@nest-telemetry/otlp';
import { groupsOf } from './query/otlp.values.js';
import { Store } from './store/store.js';

export type Plain =
  string | number | boolean | Uint8Array | readonly Plain[] | { readonly [key: string]: Plain };

export interface GivenSpan {
  readonly trace?: number | string;
  readonly id?: number | string;
  readonly parent?: number | string;
  readonly name?: string;
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly service?: string;
  /** Milliseconds after {@link T0}. */
  readonly at?: number;
  readonly ms?: number;
  readonly error?: boolean;
  readonly message?: string;
  readonly attributes?: Readonly<Record<string, Plain>>;
  readonly more?: Partial<SpanData>;
}

/** When telemetry of the specs begins, in milliseconds. */
const T0 = Date.UTC(2026, 0, 1);
export const T0_US = T0 * 1000;
const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

export const traceId = (number: number | string): string =>
  typeof number === 'string' ? number : number.toString(16).padStart(32, '0');
export const spanId = (number: number | string): string =>
  typeof number === 'string' ? number : number.toString(16).padStart(16, '0');

function keyValues(attributes: Readonly<Record<string, Plain>>): KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Plain): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: BigInt(value) } : { doubleValue: value };
  if (value instanceof Uint8Array) return { bytesValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map((item) => anyValue(item as Plain)) } };
  return { kvlistValue: { values: keyValues(value as Readonly<Record<string, Plain>>) } };
}

let nextSpan = 1;

function spanData(given: GivenSpan): SpanData {
  const {
    trace = 1,
    id = nextSpan++ + 1_000_000,
    parent,
    name = 'work',
    kind = 'internal',
    at = 0,
    ms = 10,
  } = given;
  const start = BigInt(T0) * 1_000_000n + BigInt(Math.round(at * 1e6));
  return {
    traceId: traceId(trace),
    spanId: spanId(id),
    parentSpanId: parent === undefined ? '' : spanId(parent),
    name,
    kind: KINDS[kind],
    attributes: keyValues(given.attributes ?? {}),
    traceState: '',
    flags: 1,
    startTimeUnixNano: start,
    endTimeUnixNano: start + BigInt(Math.round(ms * 1e6)),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    ...(given.error === true && { status: { code: 2, message: given.message ?? '' } }),
    ...given.more,
  };
}

const SCOPE = { name: 'spec', version: '', attributes: [], droppedAttributesCount: 0 };

export function tracesData(...spans: readonly GivenSpan[]): TracesData {
  const services = groupsOf(spans, ({ service = 'orders' }) => service);
  return {
    resourceSpans: services.map(([service, own]) => ({
      resource: resource(service),
      scopeSpans: [{ scope: SCOPE, spans: own.map(spanData), schemaUrl: '' }],
      schemaUrl: '',
    })),
  };
}

export function traces(...spans: readonly GivenSpan[]): Uint8Array {
  return encodeTracesData(tracesData(...spans));
}

function resource(service: string) {
  return { attributes: keyValues({ 'service.name': service }), droppedAttributesCount: 0, entityRefs: [] };
}

export interface GivenLog {
  readonly body?: string;
  readonly at?: number;
  readonly service?: string;
  readonly severity?: number;
  readonly trace?: number;
  readonly span?: number;
  readonly event?: string;
  readonly attributes?: Readonly<Record<string, Plain>>;
}

function logRecord({
  body = 'hello',
  at = 0,
  severity = 9,
  trace,
  span,
  event = '',
  attributes = {},
}: GivenLog): LogRecordData {
  const time = BigInt(T0 + at) * 1_000_000n;
  return {
    timeUnixNano: time,
    observedTimeUnixNano: time,
    severityNumber: severity,
    severityText: 'INFO',
    body: { stringValue: body },
    attributes: keyValues(attributes),
    droppedAttributesCount: 0,
    flags: 0,
    traceId: trace === undefined ? '' : traceId(trace),
    spanId: span === undefined ? '' : spanId(span),
    eventName: event,
  };
}

function logs(...records: readonly GivenLog[]): Uint8Array {
  const services = groupsOf(records, ({ service = 'orders' }) => service);
  return Buffer.from(
    encodeLogsDataJson({
      resourceLogs: services.map(([service, own]) => ({
        resource: resource(service),
        scopeLogs: [{ scope: SCOPE, logRecords: own.map(logRecord), schemaUrl: '' }],
        schemaUrl: '',
      })),
    }),
  );
}

/** A store in memory with what is sent to it. */
export class FilledStore extends Store {
  constructor({ file = ':memory:', maxBytes = 256 * 1024 * 1024 } = {}) {
    super({ file, maxBytes });
  }

  spans(...spans: readonly GivenSpan[]): this {
    this.ingest({ signal: 'traces', encoding: 'protobuf', bytes: traces(...spans) });
    return this;
  }

  logs(...records: readonly GivenLog[]): this {
    this.ingest({ signal: 'logs', encoding: 'json', bytes: logs(...records) });
    return this;
  }

  /** One number of a query. */
  number(sql: string): number {
    return Number(Object.values(this.database.prepare(sql).get() ?? {})[0]);
  }
}

/** Shuffles and picks by a seed that a failure can be repeated with: DASHBOARD_SEED. */
export const SEED = Number(process.env['DASHBOARD_SEED'] ?? Date.now() % 1_000_000_007);

export function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    let mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);
}
