import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, describe, expect, it } from 'vitest';
import { LeanMeterProvider } from '../sdk/meter/lean.meter-provider.js';
import type { MetricRow } from './catalog.js';
import { meterProvider } from './global.meter-provider.js';
import { boundHistogramFor, boundUpDownCounterFor, reserveFor } from './instruments.js';
import { ManualReader } from './testing-harness.spec-helper.js';

const ROW: MetricRow<'histogram'> = {
  name: 'shop.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'For this spec.',
  attributes: ['route', 'status'],
  stability: 'development',
};

function lean(cardinalityLimit?: number) {
  const reader = new ManualReader();
  const resource = resourceFromAttributes({});
  return { reader, provider: new LeanMeterProvider({ resource, readers: [reader], cardinalityLimit }) };
}

async function countsOf(reader: ManualReader): Promise<Record<string, number>> {
  const { resourceMetrics } = await reader.collect();
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  const points = metrics.find(({ descriptor }) => descriptor.name === ROW.name)?.dataPoints ?? [];
  return Object.fromEntries(
    points.map(({ attributes, value }) => [
      JSON.stringify(attributes),
      typeof value === 'number' ? value : value.count,
    ]),
  );
}

describe('A bound histogram', () => {
  afterEach(() => meterProvider.setDelegate(undefined));

  it('made before the SDK starts records into it, and into the next one after a restart', async () => {
    const bound = boundHistogramFor(ROW, { route: '/a' });
    bound.record(1);
    const [first, second] = [lean(), lean()];
    meterProvider.setDelegate(first.provider);
    bound.record(1);
    meterProvider.setDelegate(second.provider);
    bound.record(1);
    bound.record(1);
    expect(await countsOf(first.reader)).toEqual({ '{"route":"/a"}': 1 });
    expect(await countsOf(second.reader)).toEqual({ '{"route":"/a"}': 2 });
  });

  it('records into the series of its attributes, which it shares with plain recording', async () => {
    const { reader, provider } = lean();
    meterProvider.setDelegate(provider);
    const attributes = { route: '/b', status: 200 };
    const bound = boundHistogramFor(ROW, attributes);
    expect(boundHistogramFor(ROW, { ...attributes })).toBe(bound);
    attributes.status = 500;
    bound.record(1);
    boundHistogramFor(ROW, { status: 200, route: '/b' }).record(1);
    expect(await countsOf(reader)).toEqual({ '{"route":"/b","status":200}': 2 });
  });

  it('works with the official SDK, which knows nothing of it', async () => {
    const reader = new ManualReader();
    meterProvider.setDelegate(new MeterProvider({ readers: [reader] }));
    boundHistogramFor(ROW, { route: '/c' }).record(1);
    expect(await countsOf(reader)).toEqual({ '{"route":"/c"}': 1 });
  });

  it('has its place in a full metric when it is reserved, also after a restart', async () => {
    reserveFor(ROW, { route: '/declared' });
    for (const { reader, provider } of [lean(10), lean(10)]) {
      meterProvider.setDelegate(provider);
      for (let junk = 0; junk < 50; junk++) boundHistogramFor(ROW, { route: `/made-up/${junk}` }).record(1);
      boundHistogramFor(ROW, { route: '/declared', status: 200 }).record(1);
      // oxlint-disable-next-line no-await-in-loop -- one SDK after the other
      expect(await countsOf(reader)).toMatchObject({ '{"route":"/declared","status":200}': 1 });
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
    const official = new ManualReader();
    const { reader, provider } = lean();
    meterProvider.setDelegate(provider);
    bound.add(2);
    bound.add(-1);
    meterProvider.setDelegate(new MeterProvider({ readers: [official] }));
    bound.add(3);
    expect(await countsOf(reader)).toEqual({ '{"route":"/a"}': 1 });
    expect(await countsOf(official)).toEqual({ '{"route":"/a"}': 3 });
  });
});
