import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import type { MetricRow } from './catalog.js';
import { meterProvider } from './global.meter-provider.js';
import { boundHistogramFor, boundUpDownCounterFor, reserveFor } from './instruments.js';

const ROW: MetricRow<'histogram'> = {
  name: 'shop.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'For this spec.',
  attributes: ['route', 'status'],
  stability: 'development',
};

/** An SDK that knows nothing of bound instruments. */
function officialSdk() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  meterProvider.setDelegate(new MeterProvider({ readers: [reader] }));
  return async (): Promise<unknown[]> => {
    await reader.forceFlush();
    const [scope] = exporter.getMetrics()[0]?.scopeMetrics ?? [];
    return scope?.metrics[0]?.dataPoints.map(({ attributes, value }) => [attributes, value]) ?? [];
  };
}

/** How often each set of attributes was recorded. */
async function countsOf(telemetry: TelemetryRecorder): Promise<unknown[]> {
  return (await telemetry.points(ROW.name)).map(({ attributes, count, value }) => [
    attributes,
    count ?? value,
  ]);
}

describe('A bound histogram', () => {
  afterEach(() => meterProvider.setDelegate(undefined));

  it('made before the SDK starts records into it, and into the next one after a restart', async () => {
    const bound = boundHistogramFor(ROW, { route: '/a' });
    bound.record(1);
    const first = recordTelemetry();
    bound.record(1);
    await first.stop();
    await using second = recordTelemetry();
    bound.record(1);
    bound.record(1);
    expect(await countsOf(first)).toEqual([[{ route: '/a' }, 1]]);
    expect(await countsOf(second)).toEqual([[{ route: '/a' }, 2]]);
  });

  it('records into the series of its attributes, which it shares with plain recording', async () => {
    await using telemetry = recordTelemetry();
    const attributes = { route: '/b', status: 200 };
    const bound = boundHistogramFor(ROW, attributes);
    expect(boundHistogramFor(ROW, { ...attributes })).toBe(bound);
    attributes.status = 500;
    bound.record(1);
    boundHistogramFor(ROW, { status: 200, route: '/b' }).record(1);
    expect(await countsOf(telemetry)).toEqual([[{ route: '/b', status: 200 }, 2]]);
  });

  it('works with the official SDK, which knows nothing of it', async () => {
    const collected = officialSdk();
    boundHistogramFor(ROW, { route: '/c' }).record(1);
    expect(await collected()).toMatchObject([[{ route: '/c' }, { count: 1 }]]);
  });

  it('has its place in a full metric when it is reserved, also after a restart', async () => {
    reserveFor(ROW, { route: '/declared' });
    const views = [{ instrumentName: ROW.name, aggregationCardinalityLimit: 10 }];
    for (let restart = 0; restart < 2; restart++) {
      const telemetry = recordTelemetry({ views });
      for (let junk = 0; junk < 50; junk++) boundHistogramFor(ROW, { route: `/made-up/${junk}` }).record(1);
      boundHistogramFor(ROW, { route: '/declared', status: 200 }).record(1);
      // oxlint-disable-next-line no-await-in-loop -- one SDK after the other
      expect(await countsOf(telemetry)).toContainEqual([{ route: '/declared', status: 200 }, 1]);
      // oxlint-disable-next-line no-await-in-loop
      await telemetry.stop();
    }
  });
});

describe('A bound up-down counter', () => {
  afterEach(() => meterProvider.setDelegate(undefined));
  const ACTIVE: MetricRow<'upDownCounter'> = {
    ...ROW,
    name: ROW.name,
    instrument: 'upDownCounter',
    unit: '1',
  };

  it('counts up and down in whichever SDK is running', async () => {
    const bound = boundUpDownCounterFor(ACTIVE, { route: '/a' });
    bound.add(1);
    const telemetry = recordTelemetry();
    bound.add(2);
    bound.add(-1);
    await telemetry.stop();
    const collected = officialSdk();
    bound.add(3);
    expect(await countsOf(telemetry)).toEqual([[{ route: '/a' }, 1]]);
    expect(await collected()).toEqual([[{ route: '/a' }, 3]]);
  });
});
