import type { Meter } from '@opentelemetry/api';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { PageWriter } from '../../metrics/exposition/page.writer.js';
import { PageReader } from '../page.reader.js';
import { comparable, leanMeter } from './testing-harness.spec-helper.js';

const TEXT = { syntax: 'prometheus', utf8: false, contentType: 'text/plain' } as const;
const BUCKETS = [0.1, 1, 10];
const VIEWS = {
  explicit: [],
  exponential: [{ instrumentName: '*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
} as const;

function scraped(views: (typeof VIEWS)[keyof typeof VIEWS] = []) {
  const page = new PageReader();
  const { meter, cumulative } = leanMeter({ readers: [page], views: [...views] });
  const writer = new PageWriter({ naming: 'suffixed', scopeLabels: false });
  /** The page; somebody has his turn after each of its pieces. */
  const scrape = async (meanwhile: () => void = () => undefined): Promise<string> => {
    const { resourceMetrics } = await page.collect();
    meanwhile();
    let text = '';
    for (const piece of writer.write(resourceMetrics, TEXT)) {
      text += piece;
      meanwhile();
    }
    return text;
  };
  return { page, meter, cumulative, scrape };
}

/** Samples of the page by name and labels; throws where one is there twice. */
function samplesOf(page: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const [, key = '', value] of page.matchAll(/^([^#\s][^\n]*) (\S+)$/gm)) {
    if (samples.has(key)) throw new Error(`twice: ${key}`);
    samples.set(key, Number(value));
  }
  return samples;
}

function durations(meter: Meter) {
  return meter.createHistogram('duration', { advice: { explicitBucketBoundaries: BUCKETS } });
}

describe('A page that is written while measurements go on', () => {
  it.each(Object.entries(VIEWS))(
    'has in each series of a histogram buckets, sum and count of one moment (%s)',
    async (_, views) => {
      const { meter, scrape } = scraped(views);
      const histogram = durations(meter);
      let calls = 0;
      // Each is as much as its place among the calls, so that what is summed tells how many there were.
      const record = () => {
        calls += 1;
        for (let id = 0; id < 100; id++) histogram.record(calls, { id });
      };
      record();
      const samples = samplesOf(await scrape(record));
      const counts = [...Array(100).keys()].map((id) => {
        const count = samples.get(`duration_count{id="${id}"}`) ?? 0;
        expect(samples.get(`duration_sum{id="${id}"}`)).toBe((count * (count + 1)) / 2);
        const buckets = [...samples].filter(
          ([key]) => key.startsWith('duration_bucket{') && key.includes(`id="${id}"`),
        );
        expect(buckets.at(-1)).toEqual([`duration_bucket{id="${id}",le="+Inf"}`, count]);
        const cumulative = buckets.map(([, value]) => value);
        expect(cumulative).toEqual(cumulative.toSorted((a, b) => a - b));
        return count;
      });
      expect(new Set(counts).size, 'moments differ between series').toBeGreaterThan(1);
    },
  );

  it('has the series there were when it was asked for, each once', async () => {
    const { meter, scrape } = scraped();
    const counter = meter.createCounter('orders');
    let id = 0;
    for (; id < 300; id++) counter.add(1, { id });
    const samples = samplesOf(await scrape(() => counter.add(1, { id: id++ })));
    expect([...samples.keys()].filter((key) => key.startsWith('orders_total'))).toHaveLength(300);
    const made = id;
    const next = samplesOf(await scrape());
    expect([...next.keys()].filter((key) => key.startsWith('orders_total'))).toHaveLength(made);
  });
});

describe('Series that look the same on a page', () => {
  it('become one also when they come after others were found to be different', async () => {
    const { meter, scrape } = scraped();
    const counter = meter.createCounter('orders');
    for (let id = 0; id < 100; id++) counter.add(1, { id });
    expect(samplesOf(await scrape()).get('orders_total{id="7"}')).toBe(1);
    counter.add(10, { id: '7' });
    counter.add(1, { id: 'new' });
    const samples = samplesOf(await scrape());
    expect(samples.get('orders_total{id="7"}')).toBe(11);
    expect(samples.get('orders_total{id="new"}')).toBe(1);
    expect(samplesOf(await scrape()).get('orders_total{id="7"}')).toBe(11);
  });

  it('become one also when those that are new are the same among themselves', async () => {
    const { meter, scrape } = scraped();
    const counter = meter.createCounter('orders');
    for (let id = 0; id < 100; id++) counter.add(1, { id });
    await scrape();
    counter.add(2, { 'order.id': 1 });
    counter.add(3, { order_id: 1 });
    expect(samplesOf(await scrape()).get('orders_total{order_id="1"}')).toBe(5);
  });

  it('become one also when one of them was not reported for a while', async () => {
    const { meter, scrape } = scraped();
    let ids: (number | string)[] = [1, 2];
    meter.createObservableCounter('seen').addCallback((result) => {
      for (const id of ids) result.observe(1, { id });
    });
    await scrape();
    ids = [2, '1'];
    expect(samplesOf(await scrape()).get('seen_total{id="1"}')).toBe(1);
    ids = [1, 2, '1'];
    expect(samplesOf(await scrape()).get('seen_total{id="1"}')).toBe(2);
  });
});

describe('PageReader', () => {
  it('collects what every other reader does, for who wants the points in a list', async () => {
    const { meter, page, cumulative } = scraped();
    const counter = meter.createCounter('orders');
    const histogram = durations(meter);
    meter.createObservableGauge('level').addCallback((result) => result.observe(3, { kind: 'a' }));
    meter.createCounter('never');
    for (let id = 0; id < 5; id++) {
      counter.add(id, { id });
      histogram.record(id, { id });
    }
    const other = await cumulative.metrics();
    const { resourceMetrics } = await page.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    expect(comparable(metrics)).toEqual(comparable(other));
    expect(metrics[0]?.dataPoints, 'the list is made once').toBe(metrics[0]?.dataPoints);
  });
});
