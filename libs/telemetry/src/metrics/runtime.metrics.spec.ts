import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { METRICS, type MetricRow } from './catalog.js';
import { RuntimeMetrics } from './runtime.metrics.js';

const rows = Object.values(METRICS as Record<string, MetricRow>).filter(({ name }) =>
  /^(process|nodejs|v8js)\./.test(name),
);

describe('RuntimeMetrics', () => {
  const runtime = new RuntimeMetrics();
  afterEach(() => runtime.stop());

  it('emits every process and runtime row of the catalogue, with its attributes only', async () => {
    await using telemetry = recordTelemetry();
    runtime.start();
    await collectGarbage();
    await sleep(50);

    const emitted = (await telemetry.metrics()).map(({ name, points }) => ({
      name,
      attributes: [...new Set(points.flatMap((point) => Object.keys(point.attributes)))],
    }));
    expect(emitted).toHaveLength(rows.length);
    expect(emitted).toEqual(
      expect.arrayContaining(rows.map(({ name, attributes }) => ({ name, attributes: [...attributes] }))),
    );
  });

  it('reports plausible values in the units of the catalogue', async () => {
    await using telemetry = recordTelemetry();
    runtime.start();
    await sleep(50);

    expect(await only(telemetry, 'process.memory.usage')).toBeGreaterThan(10_000_000);
    expect(Math.abs((await only(telemetry, 'process.uptime')) - process.uptime())).toBeLessThan(10);
    const descriptors = await only(telemetry, 'process.open_file_descriptors');
    expect(descriptors).toBeGreaterThan(2);
    const utilization = await only(telemetry, 'nodejs.eventloop.utilization');
    expect(utilization).toBeGreaterThanOrEqual(0);
    expect(utilization).toBeLessThanOrEqual(1);
    const delay = await only(telemetry, 'nodejs.eventloop.delay.max');
    expect(delay).toBeGreaterThan(0);
    expect(delay).toBeLessThan(30);
  });

  it('counts by type what keeps the event loop alive, and file descriptors', async () => {
    await using telemetry = recordTelemetry();
    runtime.start();
    const watched = async () => {
      const points = await telemetry.points('v8js.resource.active', {
        'v8js.resource.type': 'TCPServerWrap',
      });
      return {
        servers: points[0]?.value ?? 0,
        descriptors: await only(telemetry, 'process.open_file_descriptors'),
      };
    };
    const before = await watched();
    const servers = await Promise.all(Array.from({ length: 20 }, listening));
    const during = await watched();
    expect(during.servers).toBe(before.servers + 20);
    expect(during.descriptors - before.descriptors).toBeGreaterThanOrEqual(20);
    await Promise.all(servers.map((server) => once(server.close(), 'close')));
    // Node forgets them when its loop comes round.
    await vi.waitFor(async () => expect((await watched()).servers).toBe(before.servers));
  });

  it('shows two readers the same event-loop window', async () => {
    await using telemetry = recordTelemetry();
    runtime.start();
    await sleep(50);
    await using other = recordTelemetry();
    const first = await only(telemetry, 'nodejs.eventloop.delay.p99');
    expect(await only(other, 'nodejs.eventloop.delay.p99')).toBe(first);
  });

  it('shows the event loop soon after a collection that came too early to see it turn', async () => {
    await using telemetry = recordTelemetry();
    runtime.start();
    await telemetry.metrics();
    await vi.waitFor(async () =>
      expect(await only(telemetry, 'nodejs.eventloop.delay.max')).toBeGreaterThan(0),
    );
  });

  it('observes nothing after it was stopped, and again after it was started again', async () => {
    const first = recordTelemetry();
    runtime.start();
    runtime.start();
    runtime.stop();
    expect(await first.metrics()).toEqual([]);
    await first.stop();

    await using second = recordTelemetry();
    runtime.start();
    expect(await only(second, 'process.uptime')).toBeGreaterThan(0);
  });

  it('does not keep the process alive', () => {
    const before = process.getActiveResourcesInfo();
    runtime.start();
    expect(process.getActiveResourcesInfo()).toEqual(before);
  });
});

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Runs a full collection and waits until its observer heard of it. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  await sleep(20);
}

/** The value of a metric with one series. */
async function only(telemetry: TelemetryRecorder, name: string): Promise<number> {
  const { points } = await telemetry.metric(name);
  expect(points).toHaveLength(1);
  return points[0]?.value ?? Number.NaN;
}
