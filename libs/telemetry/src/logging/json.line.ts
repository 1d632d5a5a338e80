import {
  DEPLOYMENT_ENVIRONMENT_NAME,
  SERVICE_INSTANCE_ID,
  SERVICE_NAME,
  SERVICE_VERSION,
} from '../semconv.js';
import { escapeControlCharactersInJson } from './control-characters.js';
import type { LogRecord, ServiceFields } from './log-record.js';
import { jsonString, safeJson } from './safe-json.js';

/** The service fields of a logger never change between lines; their text is made once per object. */
const serviceTexts = new WeakMap<ServiceFields, string>();

function serviceText(service: ServiceFields): string {
  let text = serviceTexts.get(service);
  if (text === undefined) {
    text = [
      [SERVICE_NAME, service.name],
      [SERVICE_VERSION, service.version],
      [SERVICE_INSTANCE_ID, service.instanceId],
      [DEPLOYMENT_ENVIRONMENT_NAME, service.environment],
    ]
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `,"${name}":${jsonString(String(value))}`)
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
      : `,"trace_id":"${traceId}","span_id":"${spanId}","trace_flags":"${traceFlags < 16 ? '0' : ''}${traceFlags.toString(16)}"`;
  const line =
    `{"time":"${isoTime(record.time)}","level":"${record.severityText.toLowerCase()}"` +
    serviceText(record.service) +
    trace +
    field('context', record.context) +
    field('message', record.body) +
    field('attributes', record.attributes) +
    field('error', record.error) +
    '}';
  return `${escapeControlCharactersInJson(line)}\n`;
}
