import { metrics } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../index.js';
import '../vitest.js';

let telemetry: TelemetryRecorder;
const meter = metrics.getMeter('shop');
const orders = meter.createCounter('orders.placed', { unit: '{order}' });
const duration = meter.createHistogram('orders.duration', { unit: 's' });
const stock = meter.createGauge('stock.level');

beforeEach(() => {
  telemetry = recordTelemetry();
  orders.add(2, { tenant: 'a', region: 'eu' });
  orders.add(1, { tenant: 'b', region: 'eu' });
  duration.record(0.25, { tenant: 'a' });
  duration.record(0.5, { tenant: 'b' });
  stock.record(4, { sku: 'x' });
  stock.record(9, { sku: 'y' });
});
afterEach(() => telemetry.stop());

const failure = (assertion: Promise<void>): Promise<string> =>
  assertion.then(
    () => 'It did not fail.',
    (error: Error) => error.message,
  );

describe('toHaveMetric', () => {
  it('finds a metric by name, unit and type', async () => {
    await expect(telemetry).toHaveMetric('orders.placed', { unit: '{order}', type: 'counter' });
    await expect(telemetry).not.toHaveMetric('orders');
    await expect(telemetry).not.toHaveMetric('orders.placed', { unit: 's' });
  });

  it('adds up the points that have the attributes', async () => {
    await expect(telemetry).toHaveMetric('orders.placed', { value: 3 });
    await expect(telemetry).toHaveMetric('orders.placed', { attributes: { tenant: 'a' }, value: 2 });
    await expect(telemetry).toHaveMetric('orders.placed', {
      attributes: { tenant: expect.any(String) },
      value: expect.any(Number),
    });
    await expect(telemetry).toHaveMetric('orders.duration', { count: 2, sum: 0.75 });
    await expect(telemetry).toHaveMetric('orders.duration', {
      attributes: { tenant: 'b' },
      count: 1,
      sum: 0.5,
    });
    await expect(telemetry).not.toHaveMetric('orders.placed', { attributes: { tenant: 'c' } });
  });

  it('takes a gauge for what it last was, at any of the points', async () => {
    await expect(telemetry).toHaveMetric('stock.level', { value: 9 });
    await expect(telemetry).toHaveMetric('stock.level', { attributes: { sku: 'x' }, value: 4 });
    await expect(telemetry).not.toHaveMetric('stock.level', { value: 13 });
  });
});

describe('A failing toHaveMetric', () => {
  it('says what the metric is, point by point', async () => {
    const message = await failure(
      expect(telemetry).toHaveMetric('orders.placed', {
        attributes: { region: 'eu' },
        value: 5,
        count: 1,
        unit: 's',
      }),
    );
    expect(message).toBe(
      [
        'expected to have a metric named "orders.placed" with',
        '    attributes: {"region": "eu"}',
        '    value: 5',
        '    count: 1',
        '    unit: "s"',
        'but its unit is "{order}"',
        'but its value is 3',
        'but a counter has no count',
        '',
        'orders.placed (counter, {order})',
        '  {"tenant": "a", "region": "eu"} 2',
        '  {"tenant": "b", "region": "eu"} 1',
      ].join('\n'),
    );
  });

  it('names the closest metrics when nothing was measured under the name', async () => {
    expect(await failure(expect(telemetry).toHaveMetric('order.placed'))).toContain(
      'but nothing was measured under that name; the closest: "orders.placed"',
    );
  });

  it('says what was not to be there', async () => {
    expect(await failure(expect(telemetry).not.toHaveMetric('stock.level'))).toContain(
      'expected not to have a metric named "stock.level"\nbut it has',
    );
  });
});
