import { createRequire } from 'node:module';
import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { meterProvider, registerMeterProvider } from './global.meter-provider.js';

const commonJsApi = createRequire(import.meta.url)('@opentelemetry/api') as { metrics: typeof metrics };

/** An SDK as users have it who set one up themselves. */
function ownSdk() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  return {
    provider: new MeterProvider({ readers: [reader] }),
    values: async (name: string): Promise<unknown[]> => {
      await reader.forceFlush();
      const metricsThere =
        exporter
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      const found = metricsThere.find(({ descriptor }) => descriptor.name === name);
      return found?.dataPoints.map(({ value }) => value) ?? [];
    },
  };
}

describe('The global meter provider', () => {
  beforeEach(registerMeterProvider);
  afterEach(() => {
    metrics.disable();
    meterProvider.setDelegate(undefined);
  });

  it('is ours as soon as the package is imported, for ESM and CommonJS users of the API', () => {
    expect(commonJsApi.metrics).not.toBe(metrics);
    expect(metrics.getMeterProvider()).toBe(meterProvider);
    expect(commonJsApi.metrics.getMeterProvider()).toBe(meterProvider);
  });

  it('serves instruments that others made on the API before an SDK ran', async () => {
    const esm = metrics.getMeter('esm').createCounter('esm');
    const cjs = commonJsApi.metrics.getMeter('cjs').createCounter('cjs');
    await using telemetry = recordTelemetry();
    esm.add(1);
    cjs.add(2);
    expect(await telemetry.points('esm')).toEqual([{ attributes: {}, value: 1 }]);
    expect(await telemetry.points('cjs')).toEqual([{ attributes: {}, value: 2 }]);
  });

  it.each([
    ['ESM', metrics],
    ['CommonJS', commonJsApi.metrics],
  ])("does not lock out an SDK of the user's own that registers later (%s)", async (_name, api) => {
    const early = metrics.getMeter('app').createCounter('early');
    const sdk = ownSdk();
    expect(api.setGlobalMeterProvider(sdk.provider)).toBe(true);
    early.add(1);
    api.getMeter('app').createCounter('late').add(2);
    expect(await sdk.values('early')).toEqual([1]);
    expect(await sdk.values('late')).toEqual([2]);
  });

  it('lets the first SDK win, as the API does', () => {
    const first = ownSdk();
    expect(metrics.setGlobalMeterProvider(first.provider)).toBe(true);
    expect(metrics.setGlobalMeterProvider(ownSdk().provider)).toBe(false);
    expect(meterProvider.getDelegate()).toBe(first.provider);
  });

  it('can be cleared and set by others, and our instruments follow', async () => {
    const counter = metrics.getMeter('app').createCounter('counter');
    metrics.disable();
    const sdk = ownSdk();
    expect(metrics.setGlobalMeterProvider(sdk.provider)).toBe(true);
    expect(metrics.getMeterProvider()).toBe(sdk.provider);
    counter.add(1);
    expect(await sdk.values('counter')).toEqual([1]);
  });

  it('hands on to a provider that was there first', () => {
    metrics.disable();
    const sdk = ownSdk();
    // Past our own hook, as a provider registered before the import was.
    (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')] = {
      version: '1.10.0',
      metrics: sdk.provider,
    };
    registerMeterProvider();
    expect(metrics.getMeterProvider()).toBe(sdk.provider);
    expect(meterProvider.getDelegate()).toBe(sdk.provider);
  });

  it('works with NodeSDK as it is, started, shut down and started again', async () => {
    const counter = metrics.getMeter('app').createCounter('counter');
    for (const round of [1, 2]) {
      const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
      const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
      const sdk = new NodeSDK({
        metricReaders: [reader],
        spanProcessors: [],
        logRecordProcessors: [],
        autoDetectResources: false,
      });
      sdk.start();
      counter.add(round);
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is tested
      await reader.forceFlush();
      const [collected] = exporter.getMetrics();
      expect(collected?.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value).toBe(round);
      // oxlint-disable-next-line no-await-in-loop
      await sdk.shutdown();
      meterProvider.setDelegate(undefined);
    }
  });
});
