import { propagation, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveOptions } from '../config/resolve-options.js';
import type { TelemetryOptions } from '../telemetry.options.js';
import { useWarningSink } from '../telemetry.warnings.js';
import { leaseRuntime, moduleIsExpected, type RuntimeLease } from './runtime-lease.js';

const isRecording = (): boolean => trace.getTracer('spec').startSpan('span').isRecording();

describe('A lease of the SDK', () => {
  let warnings: string[];
  let restore: () => void;
  const leases: RuntimeLease[] = [];
  beforeEach(() => {
    warnings = [];
    restore = useWarningSink((code, text) => warnings.push(`${code} ${text}`));
  });
  afterEach(async () => {
    await Promise.all(leases.splice(0).map((lease) => lease.release()));
    restore();
    trace.disable();
  });

  const lease = (raw: TelemetryOptions = {}): RuntimeLease => {
    const resolving = { env: {}, packageInfo: { name: 'spec', version: undefined }, isTerminal: false };
    const taken = leaseRuntime('TelemetryModule', raw, resolveOptions(raw, resolving), {});
    leases.push(taken);
    return taken;
  };

  it('starts the SDK, and the last one given back takes everything out again', async () => {
    const first = lease({ serviceName: 'shop' });
    const second = lease({ serviceName: 'shop' });
    expect(isRecording()).toBe(true);
    expect(moduleIsExpected()).toBe(true);
    await first.release();
    await first.release();
    expect(isRecording()).toBe(true);
    await second.release();
    expect(isRecording()).toBe(false);
    const provider = trace.getTracerProvider() as ProxyTracerProvider;
    expect(provider.getDelegate()).toBe(new ProxyTracerProvider().getDelegate());
    expect(propagation.fields()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('starts a new SDK after the last one was given back', async () => {
    await lease({ serviceName: 'first' }).release();
    const { sdk } = lease({ serviceName: 'second' });
    expect(sdk).toMatchObject({ owner: 'nest-telemetry', options: { serviceName: 'second' }, late: [] });
    expect(isRecording()).toBe(true);
  });

  it('tells which options came too late', () => {
    lease({ serviceName: 'shop' });
    const { sdk } = lease({ serviceName: 'cart', traces: { ratio: 0.5 } });
    expect(sdk).toMatchObject({ options: { serviceName: 'shop' }, late: ['serviceName', 'traces.ratio'] });
    expect(warnings).toEqual([
      expect.stringMatching(/^NT_OPTIONS_TOO_LATE .*: serviceName, traces\.ratio\./),
    ]);
  });

  it('leaves the place to an SDK that is there already', () => {
    trace.setGlobalTracerProvider(new TracerProvider());
    const { sdk, prometheus } = lease({ traces: { ratio: 0.5 } });
    expect(sdk).toEqual({ owner: 'somebody else' });
    expect(prometheus).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/^NT_FOREIGN_SDK .*traces\.ratio/)]);
  });

  it('tells when another copy of the API was there first', () => {
    const registry = Symbol.for('opentelemetry.js.api.1');
    const holder = globalThis as { [registry]?: object };
    const ours = holder[registry];
    holder[registry] = { version: '1.9.0' };
    try {
      lease();
      expect(isRecording()).toBe(false);
      expect(warnings).toEqual([expect.stringMatching(/^NT_TWO_API_COPIES .*: 1\.9\.0 and 1\.\d+\.\d+\./)]);
    } finally {
      holder[registry] = ours ?? {};
      if (ours === undefined) delete holder[registry];
    }
  });

  it('of disabled telemetry is a lease of nothing', async () => {
    const nothing = lease({ enabled: false });
    expect([nothing.sdk, nothing.prometheus]).toEqual([undefined, undefined]);
    expect(isRecording()).toBe(false);
    await nothing.forceFlush();
  });
});
