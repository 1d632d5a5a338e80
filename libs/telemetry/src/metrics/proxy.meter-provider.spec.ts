import {
  metrics,
  type Meter,
  type MeterProvider,
  type Observable,
  type ObservableCallback,
} from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { meterProvider } from './global.meter-provider.js';
import { ProxyMeterProvider } from './proxy.meter-provider.js';

/** Meters of the proxy that the API has; each recorder is an SDK that comes and goes behind it. */
let meters = 0;
const newMeter = (): Meter => metrics.getMeter(`meter ${(meters += 1)}`);

/** What each point of a metric has; a histogram has its sum. */
async function values(telemetry: TelemetryRecorder, name: string): Promise<unknown[]> {
  return (await telemetry.points(name)).map(({ attributes, value, sum }) => [attributes, value ?? sum]);
}

describe('Instruments', () => {
  it('record though they were made before there was an SDK', async () => {
    const meter = newMeter();
    const counter = meter.createCounter('counter');
    const upDownCounter = meter.createUpDownCounter('upDownCounter');
    const histogram = meter.createHistogram('histogram');
    const gauge = meter.createGauge('gauge');
    counter.add(100);
    histogram.record(100);

    await using telemetry = recordTelemetry();
    counter.add(1, { kind: 'a' });
    upDownCounter.add(-2);
    histogram.record(3);
    gauge.record(4);

    expect(await values(telemetry, 'counter')).toEqual([[{ kind: 'a' }, 1]]);
    expect(await values(telemetry, 'upDownCounter')).toEqual([[{}, -2]]);
    expect(await values(telemetry, 'histogram')).toEqual([[{}, 3]]);
    expect(await values(telemetry, 'gauge')).toEqual([[{}, 4]]);
  });

  it('record to the new SDK after a restart, and to nobody in between', async () => {
    const first = recordTelemetry();
    const counter = newMeter().createCounter('counter');
    counter.add(1);
    await first.stop();
    counter.add(10);
    await using second = recordTelemetry();
    counter.add(100);

    expect(await values(first, 'counter')).toEqual([[{}, 1]]);
    expect(await values(second, 'counter')).toEqual([[{}, 100]]);
  });

  it('have the unit, description, boundaries and scope they were made with', async () => {
    const options = { unit: 's', description: 'How long', advice: { explicitBucketBoundaries: [1, 2] } };
    const histogram = metrics.getMeter('scope', '1.2.3').createHistogram('duration', options);
    options.unit = 'changed later';
    await using telemetry = recordTelemetry();
    histogram.record(1.5);

    expect(await telemetry.metric('duration')).toMatchObject({
      scope: 'scope',
      unit: 's',
      description: 'How long',
      points: [{ buckets: { boundaries: [1, 2], counts: [0, 1, 0] } }],
    });
  });

  describe.each([
    'createObservableCounter',
    'createObservableUpDownCounter',
    'createObservableGauge',
  ] as const)('%s', (kind) => {
    it('carries its callbacks from one SDK to the next', async () => {
      const observable = newMeter()[kind]('observed');
      const callback: ObservableCallback = (result) => result.observe(7, { kind: 'a' });
      observable.addCallback(callback);
      const first = recordTelemetry();
      expect(await values(first, 'observed')).toEqual([[{ kind: 'a' }, 7]]);
      await first.stop();
      await using second = recordTelemetry();
      expect(await values(second, 'observed')).toEqual([[{ kind: 'a' }, 7]]);
      observable.removeCallback(callback);
    });

    it('calls a callback once per collection, however often it was added, and not after its removal', async () => {
      const observable = newMeter()[kind]('observed');
      let calls = 0;
      const callback: ObservableCallback = (result) => result.observe(++calls);
      observable.addCallback(callback);
      observable.addCallback(callback);
      const telemetry = recordTelemetry();
      observable.addCallback(callback);
      await telemetry.metrics();
      expect(calls).toBe(1);

      observable.removeCallback(callback);
      await telemetry.metrics();
      expect(calls).toBe(1);

      await telemetry.stop();
      await using restarted = recordTelemetry();
      await restarted.metrics();
      expect(calls).toBe(1);
    });
  });

  it('carry batch callbacks along, and remove them by callback and observables', async () => {
    const meter = newMeter();
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

    const first = recordTelemetry();
    expect(await values(first, 'used')).toEqual([[{}, 1]]);
    expect(calls).toBe(1);
    await first.stop();
    await using second = recordTelemetry();
    expect(await values(second, 'free')).toEqual([[{}, 2]]);
    expect(calls).toBe(2);
    await first.metrics();
    expect(calls, 'the old SDK, still readable, observes nothing').toBe(2);

    meter.removeBatchObservableCallback(callback, [used]);
    await second.metrics();
    expect(calls).toBe(3);
    meter.removeBatchObservableCallback(callback, [free, used]);
    await second.metrics();
    expect(calls).toBe(3);
  });
});

describe('The proxy', () => {
  it('gives the same meter for the same scope', () => {
    expect(metrics.getMeter('a', '1')).toBe(metrics.getMeter('a', '1'));
    expect(metrics.getMeter('a', '2')).not.toBe(metrics.getMeter('a', '1'));
  });

  it('ignores itself as its delegate', () => {
    meterProvider.setDelegate(meterProvider);
    expect(meterProvider.getDelegate()).toBeUndefined();
  });

  it('flushes and shuts down what is behind it, and neither fails while there is nothing', async () => {
    const proxy = new ProxyMeterProvider();
    await proxy.forceFlush();
    await proxy.shutdown();
    const asked: string[] = [];
    const sdk: MeterProvider & { forceFlush(): Promise<void>; shutdown(): Promise<void> } = {
      getMeter: (name) => metrics.getMeter(name),
      forceFlush: async () => void asked.push('flush'),
      shutdown: async () => void asked.push('shutdown'),
    };
    proxy.setDelegate(sdk);
    await proxy.forceFlush();
    await proxy.shutdown();
    expect(asked).toEqual(['flush', 'shutdown']);
  });
});

describe('A user mistake', () => {
  it('in a callback costs the other metrics nothing and is named', async () => {
    await using telemetry = recordTelemetry();
    const meter = newMeter();
    meter.createCounter('fine').add(1);
    const sync = meter.createObservableGauge('broken.sync');
    const async = meter.createObservableGauge('broken.async');
    const throws = () => {
      throw new Error('no sensor');
    };
    const rejects = () => Promise.reject(new Error('no answer'));
    sync.addCallback(throws);
    async.addCallback(rejects);

    expect(await values(telemetry, 'fine')).toEqual([[{}, 1]]);
    sync.removeCallback(throws);
    async.removeCallback(rejects);
    const warnings = telemetry.warnings.map(({ code, message }) => `${code} ${message}`).join('\n');
    expect(warnings).toMatch(/NT_USER_CODE_FAILED .*broken\.sync threw: no sensor/);
    expect(warnings).toMatch(/NT_USER_CODE_FAILED .*broken\.async threw: no answer/);
  });

  it('in a name does not break later collections', async () => {
    await using telemetry = recordTelemetry();
    newMeter()
      .createCounter(null as unknown as string)
      .add(1);
    newMeter().createCounter('fine').add(1);
    expect(await values(telemetry, 'fine')).toEqual([[{}, 1]]);
  });
});
