import { describe, expect, it } from 'vitest';
import type { OtlpOptions, OtlpProtocol } from '../telemetry.options.js';
import type { Environment } from './environment.js';
import { type OtlpDestination, resolveDestination } from './otlp-destination.js';

function resolve(
  env: Environment = {},
  otlp: OtlpOptions = {},
  protocol: OtlpProtocol = 'http/protobuf',
): OtlpDestination {
  const found = resolveDestination('TRACES', protocol, otlp, env);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

describe('The destination of a signal', () => {
  it('is the local collector when nothing is said', () => {
    expect(resolve()).toEqual({
      url: 'http://localhost:4318/v1/traces',
      protocol: 'http/protobuf',
      headers: {},
      compression: 'none',
      timeoutMillis: 10_000,
      certificates: { ca: undefined, cert: undefined, key: undefined },
    });
    expect(resolve({}, {}, 'grpc').url).toBe('http://localhost:4317');
  });

  it.each<[Environment, OtlpOptions, string]>([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318/' }, {}, 'http://a:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318/base' }, {}, 'http://a:4318/base/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b/own' }, {}, 'http://b/own'],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b/own' },
      { endpoint: 'https://c' },
      'https://c/v1/traces',
    ],
  ])('over HTTP with %j and %j is %s', (env, otlp, url) => {
    expect(resolve(env, otlp).url).toBe(url);
  });

  it.each<[Environment, string]>([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4317' }, 'http://a:4317'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'a:4317' }, 'https://a:4317'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'a:4317', OTEL_EXPORTER_OTLP_INSECURE: 'true' }, 'http://a:4317'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4317', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b:1' },
      'http://b:1',
    ],
  ])('over gRPC with %j is %s', (env, url) => {
    expect(resolve(env, {}, 'grpc').url).toBe(url);
  });

  it('has headers of all signals, its own and those of the options, the latter first', () => {
    const env = {
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=1,c=1,space=a%20b',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=2,c=2',
    };
    expect(resolve(env, { headers: { c: '3' } }).headers).toEqual({ a: '1', b: '2', c: '3', space: 'a b' });
  });

  it('has no header that would make every request fail', () => {
    const env = { OTEL_EXPORTER_OTLP_HEADERS: 'good=1,bad name=1,bad=%0D%0Aset-cookie: x' };
    expect(resolve(env).headers).toEqual({ good: '1' });
  });

  it('reads compression, timeout and certificates, those of the signal first', () => {
    const env = {
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_TIMEOUT: '3000',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
      OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: '/cert.pem',
      OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key.pem',
    };
    expect(resolve(env)).toMatchObject({
      compression: 'gzip',
      timeoutMillis: 3000,
      certificates: { ca: '/ca.pem', cert: '/cert.pem', key: '/key.pem' },
    });
    expect(resolve(env, { compression: 'none', timeoutMillis: 1 })).toMatchObject({
      compression: 'none',
      timeoutMillis: 1,
    });
  });

  it('is none for what cannot be sent from disk', () => {
    expect(resolveDestination('TRACES', 'http/json', {}, {})).toContain('http/json');
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'unix:///run/collector.sock' };
    expect(resolveDestination('METRICS', 'grpc', {}, env)).toContain('no http or https');
  });
});
