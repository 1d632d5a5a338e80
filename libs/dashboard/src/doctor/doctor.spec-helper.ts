import type { Finding } from '../api/api.types.js';
import { Store } from '../store/store.js';
import { readFindings } from './findings.js';

type Attributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface SpanGiven {
  readonly trace?: number;
  readonly id: number;
  readonly parent?: number;
  readonly service?: string;
  readonly scope?: string;
  readonly name?: string;
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** Milliseconds after noon, and how many it takes. */
  readonly at?: number;
  readonly takes?: number;
  readonly status?: 'unset' | 'ok' | 'error';
  readonly flags?: number;
  readonly attributes?: Attributes;
  readonly events?: readonly { readonly name: string; readonly attributes: Attributes }[];
}

export interface LogGiven {
  readonly service?: string;
  readonly at?: number;
  readonly body: string;
  readonly trace?: number;
  readonly span?: number;
  readonly attributes?: Attributes;
}

export interface MetricGiven {
  readonly name: string;
  readonly unit: string;
  readonly series: readonly Attributes[];
}

const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
const STATUSES = { unset: 0, ok: 1, error: 2 } as const;
const NOON_MILLIS = Date.UTC(2026, 10, 21, 12);

/** What a service of a spec is called, if it does not say. */
const SERVICE = 'orders';

/** Patients of the doctor: a store that gets what a spec says, as OTLP, and is examined a minute after noon. */
export class Surgery {
  readonly #store = new Store({ file: ':memory:', maxBytes: 64 * 1024 * 1024 });

  spans(...spans: readonly SpanGiven[]): this {
    const resourceSpans = spans.map((span) => ({
      resource: { attributes: keyValues({ 'service.name': span.service ?? SERVICE }) },
      scopeSpans: [{ scope: { name: span.scope ?? 'nest-telemetry' }, spans: [otlpSpan(span)] }],
    }));
    return this.#ingest('traces', { resourceSpans });
  }

  logs(...logs: readonly LogGiven[]): this {
    const resourceLogs = logs.map((log) => ({
      resource: { attributes: keyValues({ 'service.name': log.service ?? SERVICE }) },
      scopeLogs: [{ logRecords: [otlpLog(log)] }],
    }));
    return this.#ingest('logs', { resourceLogs });
  }

  metrics(...metrics: readonly MetricGiven[]): this {
    const resource = { attributes: keyValues({ 'service.name': SERVICE }) };
    const told = metrics.map(({ name, unit, series }) => ({
      name,
      unit,
      gauge: {
        dataPoints: series.map((each) => ({
          timeUnixNano: nanos(0),
          asInt: '1',
          attributes: keyValues(each),
        })),
      },
    }));
    return this.#ingest('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: told }] }] });
  }

  /** What is found between one minute before noon and one after it. */
  findings(
    rule: string,
    asked: { trace?: number; afterMillis?: number; ignored?: string[] } = {},
  ): Finding[] {
    const { trace, afterMillis = 60_000, ignored = [] } = asked;
    const nowUs = (NOON_MILLIS + afterMillis) * 1000;
    return readFindings(this.#store, {
      fromUs: (NOON_MILLIS - 60_000) * 1000,
      toUs: (NOON_MILLIS + 60_000) * 1000,
      nowUs,
      ignored: new Set(ignored),
      ...(trace !== undefined && { traceId: hex(trace, 32) }),
    }).filter((finding) => finding.rule === rule);
  }

  #ingest(signal: 'traces' | 'logs' | 'metrics', data: object): this {
    this.#store.ingest({ signal, encoding: 'json', bytes: Buffer.from(JSON.stringify(data)) });
    return this;
  }
}

export function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}

function otlpSpan(span: SpanGiven): object {
  const { trace = 1, id, parent, at = 0, takes = 10 } = span;
  return {
    traceId: hex(trace, 32),
    spanId: hex(id, 16),
    ...(parent !== undefined && { parentSpanId: hex(parent, 16) }),
    name: span.name ?? 'work',
    kind: KINDS[span.kind ?? 'internal'],
    flags: span.flags ?? 0x101,
    startTimeUnixNano: nanos(at),
    endTimeUnixNano: nanos(at + takes),
    attributes: keyValues(span.attributes ?? {}),
    events: (span.events ?? []).map(({ name, attributes }) => ({
      name,
      timeUnixNano: nanos(at),
      attributes: keyValues(attributes),
    })),
    status: { code: STATUSES[span.status ?? 'unset'] },
  };
}

function otlpLog({ at = 0, body, trace, span, attributes = {} }: LogGiven): object {
  return {
    timeUnixNano: nanos(at),
    severityNumber: 13,
    severityText: 'WARN',
    body: { stringValue: body },
    attributes: keyValues(attributes),
    ...(trace !== undefined && { traceId: hex(trace, 32) }),
    ...(span !== undefined && { spanId: hex(span, 16) }),
  };
}

function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Attributes[string]): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return { intValue: String(value) };
  return { arrayValue: { values: value.map((each) => ({ stringValue: each })) } };
}

function nanos(millis: number): string {
  return String(BigInt(NOON_MILLIS) * 1_000_000n + BigInt(Math.round(millis * 1000)) * 1000n);
}
