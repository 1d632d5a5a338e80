import type { LogRecord, ServiceFields } from './log-record.js';
import { jsonString, safeJson } from './safe-json.js';
import { serviceFields } from './service.fields.js';
import { flagsText } from './trace.fields.js';

/** The service fields of a logger never change between lines; their text is made once per object. */
const serviceTexts = new WeakMap<ServiceFields, string>();

function serviceText(service: ServiceFields): string {
  let text = serviceTexts.get(service);
  if (text === undefined) {
    text = Object.entries(serviceFields(service))
      .map(([name, value]) => `,"${name}":${jsonString(value)}`)
      .join('');
    serviceTexts.set(service, text);
  }
  return text;
}

let second = Number.NaN;
let secondText = '';

/** ISO 8601 in UTC. The part up to the second is kept: making it costs as much as the rest of a line. */
function isoTime(time: number): string {
  const current = Math.floor(time / 1000);
  if (current !== second) {
    secondText = new Date(current * 1000).toISOString().slice(0, -4);
    second = current;
  }
  return `${secondText}${String(time - current * 1000).padStart(3, '0')}Z`;
}

function field(name: string, value: unknown): string {
  if (value === undefined) return '';
  const text = safeJson(value);
  return text === undefined ? '' : `,"${name}":${text}`;
}

/** One JSON object on one line. Trace fields are named as OpenTelemetry names them outside OTLP. */
export function jsonLine(record: LogRecord): string {
  const { traceId, spanId, traceFlags = 0 } = record;
  const trace =
    traceId === undefined
      ? ''
      : `,"trace_id":"${traceId}","span_id":"${spanId}","trace_flags":"${flagsText(traceFlags)}"`;
  // What is not a literal here was made by `jsonString`, so that no text can end the line or drive a terminal.
  return (
    `{"time":"${isoTime(record.time)}","level":"${record.severityText.toLowerCase()}"` +
    serviceText(record.service) +
    trace +
    field('context', record.context) +
    field('event', record.eventName) +
    field('message', record.body) +
    field('attributes', record.attributes) +
    field('error', record.error) +
    '}\n'
  );
}
