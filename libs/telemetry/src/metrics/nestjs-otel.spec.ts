import { MetricService, OtelInstanceCounter, OtelMethodCounter } from 'nestjs-otel';
import { describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';

@OtelInstanceCounter()
class Basket {
  @OtelMethodCounter()
  add(): string {
    return 'added';
  }
}

// nestjs-otel keeps every instrument in a module-level map for ever, so what it made first must stay good.
describe('Instruments of nestjs-otel', () => {
  it('work when they were first touched before the start, and again after a restart', async () => {
    const service = new MetricService();
    const counter = service.getCounter('orders', { prefix: 'shop' });
    service.getObservableGauge('temperature').addCallback((result) => result.observe(21));
    new Basket().add();

    for (const amount of [1, 2]) {
      const telemetry = recordTelemetry();
      counter.add(amount);
      service.getHistogram('latency').record(amount);
      new Basket().add();
      /* oxlint-disable no-await-in-loop -- one SDK after the other is what is tested */
      expect(await telemetry.points('shop.orders')).toEqual([{ attributes: {}, value: amount }]);
      expect(await telemetry.points('latency')).toMatchObject([{ count: 1, sum: amount }]);
      expect((await telemetry.points('latency'))[0]?.attributes).toEqual({});
      expect(await telemetry.points('temperature')).toEqual([{ attributes: {}, value: 21 }]);
      expect(await telemetry.points('app.Basket.instances.total')).toEqual([{ attributes: {}, value: 1 }]);
      expect(await telemetry.points('app.Basket.add.calls.total')).toEqual([{ attributes: {}, value: 1 }]);
      await telemetry.stop();
      /* oxlint-enable no-await-in-loop */
    }
  });
});
