import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Meter } from '@opentelemetry/api';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it } from 'vitest';
import { meterProvider } from './global.meter-provider.js';
import { InjectMeter, meterProviders } from './inject-meter.decorator.js';
import { APPLICATION_METER, MeterService } from './meter.service.js';
import { MetricHarness } from './testing-harness.spec-helper.js';

@Injectable()
class Orders {
  readonly placed;
  constructor(
    readonly meters: MeterService,
    @InjectMeter() readonly meter: Meter,
  ) {
    this.placed = meters.counter('orders.placed', { unit: '{order}' });
  }
}

async function createOrders(): Promise<Orders> {
  const module = await Test.createTestingModule({ providers: [...meterProviders, Orders] }).compile();
  return module.get(Orders);
}

describe('MeterService and @InjectMeter()', () => {
  afterEach(() => meterProvider.setDelegate(undefined));

  it('make instruments in a constructor that work once telemetry runs', async () => {
    const orders = await createOrders();
    const viaApi = orders.meter.createUpDownCounter('orders.open');
    const sdk = new MetricHarness();
    meterProvider.setDelegate(sdk.provider);
    orders.placed.add(2);
    viaApi.add(3);

    const { resourceMetrics } = await sdk.reader.collect();
    expect(resourceMetrics.scopeMetrics).toHaveLength(1);
    expect(resourceMetrics.scopeMetrics[0]?.scope.name).toBe(APPLICATION_METER);
    expect(await sdk.values('orders.placed')).toEqual({ '{}': 2 });
    expect(await sdk.values('orders.open')).toEqual({ '{}': 3 });
  });

  it('make every kind of instrument', async () => {
    const { meters } = await createOrders();
    const sdk = new MetricHarness();
    meterProvider.setDelegate(sdk.provider);
    meters.counter('c').add(1);
    meters.upDownCounter('u').add(-1);
    meters.gauge('g').record(2);
    meters.histogram('h', { unit: 's', boundaries: [0.5, 1] }).record(0.7);
    meters.observableCounter('oc', { callback: (result) => result.observe(3) });
    meters.observableUpDownCounter('ou', { callback: (result) => result.observe(-3) });
    meters.observableGauge('og', { unit: 'Cel', callback: (result) => result.observe(4) });

    const collected = await sdk.collect();
    const summary = collected.map(
      ({ descriptor, dataPointType }) =>
        `${descriptor.name} ${DataPointType[dataPointType]} ${descriptor.unit}`,
    );
    expect(summary).toEqual([
      'c SUM ',
      'u SUM ',
      'g GAUGE ',
      'h HISTOGRAM s',
      'oc SUM ',
      'ou SUM ',
      'og GAUGE Cel',
    ]);
    const histogram = collected.find(({ descriptor }) => descriptor.name === 'h');
    expect(histogram?.dataPoints[0]?.value).toMatchObject({
      buckets: { boundaries: [0.5, 1], counts: [0, 1, 0] },
    });
  });

  it('give the same instrument for the same name', async () => {
    const { meters } = await createOrders();
    expect(meters.counter('same')).toBe(meters.counter('same'));
    expect(meters.counter('same')).not.toBe(meters.upDownCounter('same'));
  });
});
