import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { METRICS, type MetricRow } from './catalog.js';
import { meterProvider } from './global.meter-provider.js';
import { RuntimeMetrics } from './runtime.metrics.js';
import { MetricHarness } from './testing-harness.spec-helper.js';

const rows = Object.values(METRICS as Record<string, MetricRow>).filter(({ name }) =>
  /^(process|nodejs|v8js)\./.test(name),
);

describe('RuntimeMetrics', () => {
  const runtime = new RuntimeMetrics();
  afterEach(() => {
    runtime.stop();
    meterProvider.setDelegate(undefined);
  });

  it('emits every process and runtime row of the catalogue, with its attributes only', async () => {
    const sdk = new MetricHarness();
    meterProvider.setDelegate(sdk.provider);
    runtime.start();
    await collectGarbage();
    await sleep(50);

    const collected = await sdk.collect();
    const emitted = collected.map(({ descriptor, dataPoints }) => ({
      name: descriptor.name,
      attributes: [...new Set(dataPoints.flatMap((point) => Object.keys(point.attributes)))],
    }));
    expect(emitted).toHaveLength(rows.length);
    expect(emitted).toEqual(
      expect.arrayContaining(rows.map(({ name, attributes }) => ({ name, attributes: [...attributes] }))),
    );
  });

  it('reports plausible values in the units of the catalogue', async () => {
    const sdk = new MetricHarness();
    meterProvider.setDelegate(sdk.provider);
    runtime.start();
    await sleep(50);

    const memory = (await sdk.values('process.memory.usage'))['{}'];
    expect(memory).toBeGreaterThan(10_000_000);
    const { '{}': uptime = 0 } = await sdk.values('process.uptime');
    expect(Math.abs(uptime - process.uptime())).toBeLessThan(10);
    const { '{}': utilization } = await sdk.values('nodejs.eventloop.utilization');
    expect(utilization).toBeGreaterThanOrEqual(0);
    expect(utilization).toBeLessThanOrEqual(1);
    const { '{}': delay } = await sdk.values('nodejs.eventloop.delay.max');
    expect(delay).toBeGreaterThan(0);
    expect(delay).toBeLessThan(30);
  });

  it('shows two readers the same event-loop window', async () => {
    const sdk = new MetricHarness();
    meterProvider.setDelegate(sdk.provider);
    runtime.start();
    await sleep(50);
    const first = await sdk.values('nodejs.eventloop.delay.p99');
    expect(Object.keys(first)).toEqual(['{}']);
    expect(await sdk.values('nodejs.eventloop.delay.p99')).toEqual(first);
  });

  it('observes nothing after it was stopped, and again after it was started again', async () => {
    const first = new MetricHarness();
    meterProvider.setDelegate(first.provider);
    runtime.start();
    runtime.start();
    runtime.stop();
    expect(await first.collect()).toEqual([]);

    const second = new MetricHarness();
    meterProvider.setDelegate(second.provider);
    runtime.start();
    expect(await second.metric('process.uptime')).toBeDefined();
  });

  it('does not keep the process alive', () => {
    const before = process.getActiveResourcesInfo();
    runtime.start();
    expect(process.getActiveResourcesInfo()).toEqual(before);
  });
});

/** Runs a full collection and waits until its observer heard of it. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  await sleep(20);
}
