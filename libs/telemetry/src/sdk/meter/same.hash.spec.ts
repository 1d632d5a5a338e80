import { expect, it, vi } from 'vitest';
import { PrometheusScrape } from '../../metrics/prometheus.scrape.js';
import { PageReader } from '../page.reader.js';
import { leanMeter } from './testing-harness.spec-helper.js';

vi.mock('../../metrics/text.hash.js', () => ({ textHash: () => 7 }));

it('Series are told apart where their hashes cannot', async () => {
  const page = new PageReader();
  const { meter, cumulative } = leanMeter({ readers: [page], cardinalityLimit: 12 });
  const counter = meter.createCounter('orders');
  for (let round = 0; round < 2; round++) {
    counter.add(1);
    for (const id of [1, '1', 2, true, NaN]) counter.add(1, { id });
    counter.add(1, { ids: ['a', 'b'] });
    counter.add(1, { ids: ['a', 'c'] });
    // The same set in both orders.
    counter.add(1, { a: 1, b: 2 });
    counter.add(1, { b: 2, a: 1 });
    counter.add(1, { a: 2, b: 1 });
  }
  const numbers = Object.values(await cumulative.values('orders'));
  expect(numbers.toSorted((a, b) => a - b)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 4]);

  const scrape = new PrometheusScrape({
    collect: (options) => page.collect(options),
    settings: { naming: 'suffixed', scopeLabels: false },
  });
  const { body } = await scrape.answer({
    accept: undefined,
    acceptEncoding: undefined,
    authorization: undefined,
    host: undefined,
  });
  const lines = String(body).match(/^orders_total.*$/gm) ?? [];
  expect(lines.toSorted()).toEqual([
    'orders_total 2',
    'orders_total{a="1",b="2"} 4',
    'orders_total{a="2",b="1"} 2',
    'orders_total{id="1"} 4',
    'orders_total{id="2"} 2',
    'orders_total{id="NaN"} 2',
    'orders_total{id="true"} 2',
    String.raw`orders_total{ids="[\"a\",\"b\"]"} 2`,
    String.raw`orders_total{ids="[\"a\",\"c\"]"} 2`,
  ]);
});
