import type { Observable, ObservableCallback } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { useWarningSink } from '../telemetry.warnings.js';
import { ProxyMeterProvider } from './proxy.meter-provider.js';
import { MetricHarness } from './testing-harness.spec-helper.js';

describe('ProxyMeterProvider', () => {
  it('records through instruments made before there was an SDK', async () => {
    const proxy = new ProxyMeterProvider();
    const meter = proxy.getMeter('early');
    const counter = meter.createCounter('counter');
    const upDownCounter = meter.createUpDownCounter('upDownCounter');
    const histogram = meter.createHistogram('histogram');
    const gauge = meter.createGauge('gauge');
    counter.add(100);
    histogram.record(100);

    const sdk = new MetricHarness();
    proxy.setDelegate(sdk.provider);
    counter.add(1, { kind: 'a' });
    upDownCounter.add(-2);
    histogram.record(3);
    gauge.record(4);

    expect(await sdk.values('counter')).toEqual({ '{"kind":"a"}': 1 });
    expect(await sdk.values('upDownCounter')).toEqual({ '{}': -2 });
    expect(await sdk.values('histogram')).toEqual({ '{}': 3 });
    expect(await sdk.values('gauge')).toEqual({ '{}': 4 });
  });

  it('records to the new SDK after a restart, and to nobody in between', async () => {
    const proxy = new ProxyMeterProvider();
    const first = new MetricHarness();
    const second = new MetricHarness();
    proxy.setDelegate(first.provider);
    const counter = proxy.getMeter('app').createCounter('counter');
    counter.add(1);
    proxy.setDelegate(undefined);
    counter.add(10);
    proxy.setDelegate(second.provider);
    counter.add(100);

    expect(await first.values('counter')).toEqual({ '{}': 1 });
    expect(await second.values('counter')).toEqual({ '{}': 100 });
  });

  it('hands unit, description, boundaries and scope on unchanged', async () => {
    const proxy = new ProxyMeterProvider();
    const options = { unit: 's', description: 'How long', advice: { explicitBucketBoundaries: [1, 2] } };
    const histogram = proxy.getMeter('scope', '1.2.3').createHistogram('duration', options);
    options.unit = 'changed later';
    const sdk = new MetricHarness();
    proxy.setDelegate(sdk.provider);
    histogram.record(1.5);

    const { resourceMetrics } = await sdk.reader.collect();
    expect(resourceMetrics.scopeMetrics).toMatchObject([
      {
        scope: { name: 'scope', version: '1.2.3' },
        metrics: [
          {
            descriptor: { name: 'duration', unit: 's', description: 'How long' },
            dataPoints: [{ value: { buckets: { boundaries: [1, 2], counts: [0, 1, 0] } } }],
          },
        ],
      },
    ]);
  });

  describe.each([
    'createObservableCounter',
    'createObservableUpDownCounter',
    'createObservableGauge',
  ] as const)('%s', (kind) => {
    it('carries its callbacks from one SDK to the next', async () => {
      const proxy = new ProxyMeterProvider();
      const observable = proxy.getMeter('app')[kind]('observed');
      observable.addCallback((result) => result.observe(7, { kind: 'a' }));
      const first = new MetricHarness();
      const second = new MetricHarness();

      proxy.setDelegate(first.provider);
      expect(await first.values('observed')).toEqual({ '{"kind":"a"}': 7 });
      proxy.setDelegate(second.provider);
      expect(await second.values('observed')).toEqual({ '{"kind":"a"}': 7 });
    });

    it('calls a callback once per collection, however often it was added, and not after its removal', async () => {
      const proxy = new ProxyMeterProvider();
      const sdk = new MetricHarness();
      const observable = proxy.getMeter('app')[kind]('observed');
      let calls = 0;
      const callback: ObservableCallback = (result) => result.observe(++calls);
      observable.addCallback(callback);
      observable.addCallback(callback);
      proxy.setDelegate(sdk.provider);
      observable.addCallback(callback);
      await sdk.collect();
      expect(calls).toBe(1);

      observable.removeCallback(callback);
      await sdk.collect();
      expect(calls).toBe(1);

      const restarted = new MetricHarness();
      proxy.setDelegate(restarted.provider);
      await restarted.collect();
      expect(calls).toBe(1);
    });
  });

  it('carries batch callbacks along, and removes them by callback and observables', async () => {
    const proxy = new ProxyMeterProvider();
    const meter = proxy.getMeter('app');
    const used = meter.createObservableGauge('used');
    const free = meter.createObservableGauge('free');
    let calls = 0;
    const callback = (result: { observe(metric: Observable, value: number): void }) => {
      calls++;
      result.observe(used, 1);
      result.observe(free, 2);
    };
    meter.addBatchObservableCallback(callback, [used, free]);
    meter.addBatchObservableCallback(callback, [free, used]);

    const first = new MetricHarness();
    proxy.setDelegate(first.provider);
    expect(await first.values('used')).toEqual({ '{}': 1 });
    expect(calls).toBe(1);
    const second = new MetricHarness();
    proxy.setDelegate(second.provider);
    expect(await second.values('free')).toEqual({ '{}': 2 });
    expect(calls).toBe(2);
    await first.collect();
    expect(calls, 'the old SDK, still alive, observes nothing').toBe(2);

    meter.removeBatchObservableCallback(callback, [used]);
    await second.collect();
    expect(calls).toBe(3);
    meter.removeBatchObservableCallback(callback, [free, used]);
    await second.collect();
    expect(calls).toBe(3);
  });

  it('gives the same meter for the same scope', () => {
    const proxy = new ProxyMeterProvider();
    expect(proxy.getMeter('a', '1')).toBe(proxy.getMeter('a', '1'));
    expect(proxy.getMeter('a', '2')).not.toBe(proxy.getMeter('a', '1'));
  });

  it('ignores itself as its delegate', () => {
    const proxy = new ProxyMeterProvider();
    proxy.setDelegate(proxy);
    expect(proxy.getDelegate()).toBeUndefined();
  });

  it('flushes and shuts down what is behind it, and neither fails while there is nothing', async () => {
    const proxy = new ProxyMeterProvider();
    await proxy.forceFlush();
    await proxy.shutdown();
    const sdk = new MetricHarness();
    proxy.setDelegate(sdk.provider);
    await proxy.forceFlush();
    await proxy.shutdown();
    await expect(sdk.reader.collect()).rejects.toThrow('shutdown');
  });
});

describe('A user mistake', () => {
  const warnings: string[] = [];
  const restore = useWarningSink((code, text) => warnings.push(`${code} ${text}`));
  afterEach(restore);

  it('in a callback costs the other metrics nothing and is named', async () => {
    const proxy = new ProxyMeterProvider();
    const sdk = new MetricHarness();
    proxy.setDelegate(sdk.provider);
    const meter = proxy.getMeter('app');
    meter.createCounter('fine').add(1);
    meter.createObservableGauge('broken.sync').addCallback(() => {
      throw new Error('no sensor');
    });
    meter.createObservableGauge('broken.async').addCallback(() => Promise.reject(new Error('no answer')));

    const { errors } = await sdk.reader.collect();
    expect(errors).toEqual([]);
    expect(await sdk.values('fine')).toEqual({ '{}': 1 });
    expect(warnings.join('\n')).toMatch(/NT_USER_CODE_FAILED .*broken\.sync threw: no sensor/);
    expect(warnings.join('\n')).toMatch(/NT_USER_CODE_FAILED .*broken\.async threw: no answer/);
  });

  it('in a name does not break later collections', async () => {
    const proxy = new ProxyMeterProvider();
    const sdk = new MetricHarness();
    proxy.setDelegate(sdk.provider);
    proxy
      .getMeter('app')
      .createCounter(null as unknown as string)
      .add(1);
    proxy.getMeter('app').createCounter('fine').add(1);
    expect(await sdk.values('fine')).toEqual({ '{}': 1 });
  });
});
