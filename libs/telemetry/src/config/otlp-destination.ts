import type { OtlpOptions, OtlpProtocol } from '../telemetry.options.js';
import { type Environment, readChoice, readFlag, readNumber, readPairs, readText } from './environment.js';

/** Signals as the variables of OTLP exporters name them. */
export type OtlpSignal = 'TRACES' | 'METRICS' | 'LOGS';

/** Where and how one signal is sent, as options and variables have it (OTLP exporter specification). */
export interface OtlpDestination {
  readonly url: string;
  readonly protocol: 'http/protobuf' | 'grpc';
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly timeoutMillis: number;
  /** Paths of files in PEM. */
  readonly certificates: {
    readonly ca: string | undefined;
    readonly cert: string | undefined;
    readonly key: string | undefined;
  };
}

const PATHS: Readonly<Record<OtlpSignal, string>> = {
  TRACES: 'v1/traces',
  METRICS: 'v1/metrics',
  LOGS: 'v1/logs',
};
const DEFAULT_TIMEOUT = 10_000;
/** What HTTP can carry; the rest would make every request fail. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/** The destination of a signal, or why it is none that records on disk can be sent to. */
export function resolveDestination(
  signal: OtlpSignal,
  protocol: OtlpProtocol,
  otlp: OtlpOptions,
  env: Environment,
): OtlpDestination | string {
  if (protocol === 'http/json') return 'http/json is sent from memory';
  const url = protocol === 'grpc' ? grpcUrl(signal, otlp, env) : httpUrl(signal, otlp, env);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return 'its endpoint is no http or https address';
  return {
    url,
    protocol,
    headers: headersOf(signal, otlp, env),
    compression:
      otlp.compression ??
      readChoice(env, `OTEL_EXPORTER_OTLP_${signal}_COMPRESSION`, ['gzip', 'none']) ??
      readChoice(env, 'OTEL_EXPORTER_OTLP_COMPRESSION', ['gzip', 'none']) ??
      'none',
    timeoutMillis:
      otlp.timeoutMillis ??
      (readNumber(env, `OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`) ||
        readNumber(env, 'OTEL_EXPORTER_OTLP_TIMEOUT') ||
        DEFAULT_TIMEOUT),
    certificates: {
      ca: own(signal, 'CERTIFICATE', env),
      cert: own(signal, 'CLIENT_CERTIFICATE', env),
      key: own(signal, 'CLIENT_KEY', env),
    },
  };
}

function httpUrl(signal: OtlpSignal, otlp: OtlpOptions, env: Environment): string {
  const exact = readText(env, `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`);
  if (otlp.endpoint === undefined && exact !== undefined) return exact;
  const base = otlp.endpoint ?? readText(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? 'http://localhost:4318';
  return `${base.replace(/\/+$/, '')}/${PATHS[signal]}`;
}

function grpcUrl(signal: OtlpSignal, otlp: OtlpOptions, env: Environment): string {
  const endpoint = otlp.endpoint ?? own(signal, 'ENDPOINT', env) ?? 'http://localhost:4317';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint)) return endpoint;
  const isInsecure =
    readFlag(env, `OTEL_EXPORTER_OTLP_${signal}_INSECURE`) ?? readFlag(env, 'OTEL_EXPORTER_OTLP_INSECURE');
  return `${isInsecure === true ? 'http' : 'https'}://${endpoint}`;
}

/** Those of the signal win over those of all signals, and options over both. */
function headersOf(signal: OtlpSignal, otlp: OtlpOptions, env: Environment): Record<string, string> {
  const headers = {
    ...readPairs(env, 'OTEL_EXPORTER_OTLP_HEADERS'),
    ...readPairs(env, `OTEL_EXPORTER_OTLP_${signal}_HEADERS`),
    ...otlp.headers,
  };
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => HEADER_NAME.test(name) && HEADER_VALUE.test(value)),
  );
}

function own(signal: OtlpSignal, name: string, env: Environment): string | undefined {
  return readText(env, `OTEL_EXPORTER_OTLP_${signal}_${name}`, `OTEL_EXPORTER_OTLP_${name}`);
}
