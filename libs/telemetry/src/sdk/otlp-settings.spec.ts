import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../config/resolve-options.js';
import type { OtlpOptions } from '../telemetry.options.js';
import { Connections } from './connections.js';
import { otlpGrpcSettings, otlpHttpSettings } from './otlp-settings.js';

const connections = new Connections();
const resolved = (otlp: OtlpOptions, env: Record<string, string> = {}) =>
  resolveOptions({ otlp }, { env, packageInfo: { name: undefined, version: undefined }, isTerminal: false });

describe('Settings of OTLP exporters', () => {
  it('leave to the variables what the options do not say', () => {
    expect(otlpHttpSettings(resolved({}), 'v1/traces', connections)).toEqual({
      httpAgentOptions: connections.agentFactory,
    });
    expect(otlpGrpcSettings(resolved({}))).toEqual({});
  });

  it.each(['http://collector:4318', 'http://collector:4318/', 'http://collector:4318//'])(
    'add the path of the signal to the base URL %s',
    (endpoint) => {
      const { url } = otlpHttpSettings(resolved({ endpoint }), 'v1/metrics', connections);
      expect(url).toBe('http://collector:4318/v1/metrics');
    },
  );

  it('keep a path that the base URL has', () => {
    const settings = otlpHttpSettings(resolved({ endpoint: 'https://host/otlp' }), 'v1/traces', connections);
    expect(settings.url).toBe('https://host/otlp/v1/traces');
  });

  it('carry headers, time limit and compression over', () => {
    const otlp = { headers: { 'x-team': 'shop' }, timeoutMillis: 500, compression: 'gzip' } as const;
    expect(otlpHttpSettings(resolved(otlp), 'v1/traces', connections)).toMatchObject({
      headers: { 'x-team': 'shop' },
      timeoutMillis: 500,
      compression: 'gzip',
    });
    const { metadata, ...settings } = otlpGrpcSettings(resolved(otlp));
    expect(metadata?.getMap()).toEqual({ 'x-team': 'shop' });
    expect(settings).toEqual({ timeoutMillis: 500, compression: 'gzip' });
  });

  it('leave the agent to the exporter when the variables name certificates', () => {
    const env = { OTEL_EXPORTER_OTLP_CERTIFICATE: '/etc/ca.pem' };
    expect(otlpHttpSettings(resolved({}, env), 'v1/traces', connections)).toEqual({});
  });
});
