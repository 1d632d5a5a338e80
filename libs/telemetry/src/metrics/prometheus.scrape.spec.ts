import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useWarningSink } from '../telemetry.warnings.js';
import { PrometheusScrape } from './prometheus.scrape.js';
import { ManualReader, MetricHarness } from './testing-harness.spec-helper.js';

const serializer = new PrometheusSerializer();
const serialize = (metrics: ResourceMetrics) => serializer.serialize(metrics);

describe('PrometheusScrape', () => {
  const warnings: string[] = [];
  let restore: () => void;
  beforeEach(() => {
    restore = useWarningSink((code, text) => warnings.push(`${code} ${text}`));
  });
  afterEach(() => {
    restore();
    warnings.length = 0;
  });

  it('answers with the Prometheus text format', async () => {
    const sdk = new MetricHarness();
    sdk.provider.getMeter('app').createCounter('orders').add(3, { kind: 'web' });
    const { status, contentType, body } = await new PrometheusScrape({
      reader: sdk.reader,
      serialize,
    }).answer();
    expect(status).toBe(200);
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain('orders_total{kind="web",otel_scope_name="app"} 3');
  });

  it('collects once for scrapes at the same time, and anew for the next', async () => {
    const sdk = new MetricHarness();
    let observations = 0;
    sdk.provider
      .getMeter('app')
      .createObservableGauge('value')
      .addCallback((result) => result.observe(++observations));
    const scrape = new PrometheusScrape({ reader: sdk.reader, serialize });

    const answers = await Promise.all(Array.from({ length: 20 }, () => scrape.answer()));
    expect(observations).toBe(1);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect((await scrape.answer()).body).toContain('value{otel_scope_name="app"} 2');
  });

  it('answers 503 when the reader fails, without telling the client why', async () => {
    const sdk = new MetricHarness();
    await sdk.provider.shutdown();
    const answer = await new PrometheusScrape({ reader: sdk.reader, serialize }).answer();
    expect(answer).toMatchObject({ status: 503, body: 'Metrics could not be collected.\n' });
    expect(warnings.join()).toContain('NT_METRICS_COLLECTION_FAILED');
    expect(warnings.join()).toContain('MetricReader is shutdown');
  });

  it('answers 503 when the text cannot be made', async () => {
    const sdk = new MetricHarness();
    const scrape = new PrometheusScrape({
      reader: sdk.reader,
      serialize: () => {
        throw new Error('bad value');
      },
    });
    expect(await scrape.answer()).toMatchObject({ status: 503 });
    expect(warnings.join()).toContain('bad value');
  });

  it('serves the other metrics when one callback of a foreign meter fails', async () => {
    const sdk = new MetricHarness();
    const meter = sdk.provider.getMeter('app');
    meter.createCounter('fine').add(1);
    meter.createObservableGauge('broken').addCallback(() => {
      throw new Error('no sensor');
    });
    const answer = await new PrometheusScrape({ reader: sdk.reader, serialize }).answer();
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toContain('fine_total');
    expect(warnings.join()).toContain('no sensor');
  });

  describe('with a fake clock', () => {
    beforeEach(
      () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }),
    );
    afterEach(() => void vi.useRealTimers());

    it('serves the other metrics when a callback never answers', async () => {
      const sdk = new MetricHarness();
      const meter = sdk.provider.getMeter('app');
      meter.createCounter('fine').add(1);
      meter.createObservableGauge('stuck').addCallback(() => new Promise(() => {}));
      const answer = new PrometheusScrape({ reader: sdk.reader, serialize }).answer();
      await vi.advanceTimersByTimeAsync(5_000);
      expect((await answer).body).toContain('fine_total');
    });

    it('bounds what the SDK stashes for a page that nobody scrapes beside a push exporter', async () => {
      const push = new ManualReader();
      const view = { instrumentName: '*', aggregation: { type: AggregationType.DEFAULT } } as const;
      const sdk = new MetricHarness({ readers: [push], views: [view] });
      const counter = sdk.provider.getMeter('app').createCounter('orders');
      const scrape = new PrometheusScrape({ reader: sdk.reader, serialize });
      scrape.startDraining();

      for (let minute = 0; minute < 50; minute++) {
        counter.add(1, { kind: 'web' });
        /* oxlint-disable no-await-in-loop -- minutes pass one after the other */
        await push.collect();
        await vi.advanceTimersByTimeAsync(60_000);
        /* oxlint-enable no-await-in-loop */
      }
      expect(stashedFor(sdk.provider)).toBeLessThanOrEqual(2);
      expect((await scrape.answer()).body, 'nothing is lost by draining').toMatch(/orders_total\{.*\} 50/);

      scrape.stopDraining();
      for (let minute = 0; minute < 50; minute++) {
        counter.add(1, { kind: 'web' });
        // oxlint-disable-next-line no-await-in-loop
        await push.collect();
      }
      expect(stashedFor(sdk.provider), 'the leak of the SDK this guards against').toBeGreaterThanOrEqual(50);
    });
  });
});

/** The longest list of unreported values: not public, and the only place where the leak shows before memory ends. */
function stashedFor(provider: unknown): number {
  type Stash = { _temporalMetricStorage: { _unreportedAccumulations: Map<unknown, unknown[]> } };
  type State = {
    _sharedState: {
      metricCollectors: unknown[];
      meterSharedStates: Map<string, { metricStorageRegistry: { getStorages(collector: unknown): Stash[] } }>;
    };
  };
  const { metricCollectors, meterSharedStates } = (provider as State)._sharedState;
  const lengths = [...meterSharedStates.values()].flatMap(({ metricStorageRegistry }) =>
    metricCollectors.flatMap((collector) =>
      metricStorageRegistry
        .getStorages(collector)
        .flatMap(({ _temporalMetricStorage: stash }) =>
          [...stash._unreportedAccumulations.values()].map((list) => list.length),
        ),
    ),
  );
  return Math.max(0, ...lengths);
}
