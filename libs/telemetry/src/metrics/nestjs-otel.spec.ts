import { MetricService, OtelInstanceCounter, OtelMethodCounter } from 'nestjs-otel';
import { afterEach, describe, expect, it } from 'vitest';
import { meterProvider } from './global.meter-provider.js';
import { MetricHarness } from './testing-harness.spec-helper.js';

@OtelInstanceCounter()
class Basket {
  @OtelMethodCounter()
  add(): string {
    return 'added';
  }
}

// nestjs-otel keeps every instrument in a module-level map for ever, so what it made first must stay good.
describe('Instruments of nestjs-otel', () => {
  afterEach(() => meterProvider.setDelegate(undefined));

  it('work when they were first touched before the start, and again after a restart', async () => {
    const service = new MetricService();
    const counter = service.getCounter('orders', { prefix: 'shop' });
    service.getObservableGauge('temperature').addCallback((result) => result.observe(21));
    new Basket().add();

    for (const amount of [1, 2]) {
      const sdk = new MetricHarness();
      meterProvider.setDelegate(sdk.provider);
      counter.add(amount);
      service.getHistogram('latency').record(amount);
      new Basket().add();
      /* oxlint-disable no-await-in-loop -- one SDK after the other is what is tested */
      expect(await sdk.values('shop.orders')).toEqual({ '{}': amount });
      expect(await sdk.values('latency')).toEqual({ '{}': amount });
      expect(await sdk.values('temperature')).toEqual({ '{}': 21 });
      expect(await sdk.values('app.Basket.instances.total')).toEqual({ '{}': 1 });
      expect(await sdk.values('app.Basket.add.calls.total')).toEqual({ '{}': 1 });
      await sdk.provider.shutdown();
      /* oxlint-enable no-await-in-loop */
      meterProvider.setDelegate(undefined);
    }
  });
});
