import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { HttpRequestInfo, PropagationOptions } from '../telemetry.options.js';
import { recordTelemetry } from '../testing/index.js';
import { resolveOptions, type ResolveContext } from './resolve-options.js';
import type { ResolvedOptions } from './resolved-options.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

function resolve(
  propagation: PropagationOptions = {},
  context: Partial<ResolveContext> = {},
): ResolvedOptions['propagation'] {
  const packageInfo = { name: 'shop', version: '1' };
  return resolveOptions({ propagation }, { env: {}, packageInfo, isTerminal: false, ...context }).propagation;
}

function oops(): never {
  throw new Error('oops');
}

const request: HttpRequestInfo = { method: 'GET', path: '/', route: undefined, headers: {} };

describe('the propagators', () => {
  it.each([
    [undefined, ['tracecontext', 'baggage']],
    ['', ['tracecontext', 'baggage']],
    ['b3', ['b3']],
    ['B3multi, tracecontext', ['b3multi', 'tracecontext']],
    ['none', ['none']],
  ])('are those of OTEL_PROPAGATORS=%s', (OTEL_PROPAGATORS, names) => {
    expect(resolve({}, { env: { OTEL_PROPAGATORS } }).propagators).toEqual(names);
  });

  it('warn of names nobody knows, and are the default when no other is left', () => {
    expect(resolve({}, { env: { OTEL_PROPAGATORS: 'xray,jaeger' } }).propagators).toEqual(['jaeger']);
    expect(resolve({}, { env: { OTEL_PROPAGATORS: 'ottrace' } }).propagators).toEqual([
      'tracecontext',
      'baggage',
    ]);
    expect(telemetry.warnings).toEqual([
      { code: 'NT_ENV_INVALID', message: expect.stringContaining('"xray"') },
      { code: 'NT_ENV_INVALID', message: expect.stringContaining('"ottrace"') },
    ]);
  });
});

describe('the inbound policy', () => {
  it('continues unless it is told otherwise', () => {
    expect(resolve().inbound(request)).toBe('continue');
    expect(resolve({ inbound: 'restart' }).inbound(request)).toBe('restart');
    expect(
      resolve({ inbound: ({ method }) => (method === 'GET' ? 'continue' : 'restart') }).inbound(request),
    ).toBe('continue');
  });

  it('restarts in doubt', () => {
    expect(resolve({ inbound: oops }).inbound(request)).toBe('restart');
    expect(telemetry.warnings).toMatchObject([{ message: expect.stringContaining('propagation.inbound') }]);
    expect(resolve({ inbound: () => true as unknown as 'continue' }).inbound(request)).toBe('restart');
  });
});

describe('what may leave', () => {
  it('is little by default', () => {
    expect(resolve({ baggageAttributes: ['cart'] }, { hostname: 'web1.shop.example.com' })).toMatchObject({
      outboundHosts: [],
      sameSuffixAs: ['web1.shop.example.com'],
      baggageKeys: ['environment', 'version', 'tenant', 'cart'],
      maxBaggageBytes: 2048,
    });
    expect(resolve().sameSuffixAs).toEqual([]);
  });

  it('is what the options say', () => {
    const options: PropagationOptions = {
      outboundHosts: ['api.example.com', '*.example.org', '10.0.0.0/8', '2001:db8::/32', '::1', '*'],
      sameSuffixAs: [],
      baggageKeys: '*',
      maxBaggageBytes: 0,
    };
    expect(resolve(options, { hostname: 'web1.shop.example.com' })).toMatchObject(options);
  });

  it.each([
    [{ inbound: 'reset' }],
    [{ outboundHosts: 'api.example.com' }],
    [{ outboundHosts: ['https://api.example.com'] }],
    [{ outboundHosts: ['api.example.com:443'] }],
    [{ outboundHosts: ['*example.com'] }],
    [{ outboundHosts: ['10.0.0.0/33'] }],
    [{ outboundHosts: ['example.com/24'] }],
    [{ sameSuffixAs: ['*.example.com'] }],
    [{ baggageKeys: [''] }],
    [{ maxBaggageBytes: 8193 }],
    [{ maxBaggageBytes: -1 }],
  ])('is refused when it makes no sense: %j', (options) => {
    expect(() => resolve(options as PropagationOptions)).toThrow(/NT_OPTION_INVALID.*propagation\./);
  });
});
