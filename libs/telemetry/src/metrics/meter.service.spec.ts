import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Meter } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { InjectMeter, meterProviders } from './inject-meter.decorator.js';
import { APPLICATION_METER } from './application.instruments.js';
import { MeterService } from './meter.service.js';

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
  it('make instruments in a constructor that work once telemetry runs', async () => {
    const orders = await createOrders();
    const viaApi = orders.meter.createUpDownCounter('orders.open');
    await using telemetry = recordTelemetry();
    orders.placed.add(2);
    viaApi.add(3);

    expect((await telemetry.metrics()).map(({ scope }) => scope)).toEqual([
      APPLICATION_METER,
      APPLICATION_METER,
    ]);
    expect(await telemetry.points('orders.placed')).toEqual([{ attributes: {}, value: 2 }]);
    expect(await telemetry.points('orders.open')).toEqual([{ attributes: {}, value: 3 }]);
  });

  it('make every kind of instrument', async () => {
    const { meters } = await createOrders();
    await using telemetry = recordTelemetry();
    meters.counter('c').add(1);
    meters.upDownCounter('u').add(-1);
    meters.gauge('g').record(2);
    meters.histogram('h', { unit: 's', boundaries: [0.5, 1] }).record(0.7);
    meters.observableCounter('oc', { callback: (result) => result.observe(3) });
    meters.observableUpDownCounter('ou', { callback: (result) => result.observe(-3) });
    meters.observableGauge('og', { unit: 'Cel', callback: (result) => result.observe(4) });

    const measured = await telemetry.metrics();
    expect(measured.map(({ name, type, unit }) => `${name} ${type} ${unit}`)).toEqual([
      'c counter ',
      'u updowncounter ',
      'g gauge ',
      'h histogram s',
      'oc counter ',
      'ou updowncounter ',
      'og gauge Cel',
    ]);
    const [point] = await telemetry.points('h');
    expect(point?.buckets).toEqual({ boundaries: [0.5, 1], counts: [0, 1, 0] });
  });

  it('make instruments whose attributes can be settled once, before telemetry runs as well', async () => {
    const { meters } = await createOrders();
    const card = meters.counter('bound.placed').bind({ method: 'card' });
    const open = meters.upDownCounter('bound.open').bind({ method: 'card' });
    const took = meters.histogram('bound.took').bind({ method: 'card' });
    card.add(1);
    await using telemetry = recordTelemetry();
    card.add(2);
    open.add(-1);
    took.record(5);
    meters.counter('bound.placed').add(3, { method: 'card' });
    expect(await telemetry.points('bound.placed')).toEqual([{ attributes: { method: 'card' }, value: 5 }]);
    expect(await telemetry.points('bound.open')).toEqual([{ attributes: { method: 'card' }, value: -1 }]);
    expect(await telemetry.points('bound.took')).toMatchObject([{ attributes: { method: 'card' } }]);
  });

  it('give the same instrument for the same name', async () => {
    const { meters } = await createOrders();
    expect(meters.counter('same')).toBe(meters.counter('same'));
    expect(meters.counter('same')).not.toBe(meters.upDownCounter('same'));
  });
});
