import { gunzipSync } from 'node:zlib';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LeanMeterProvider } from '../sdk/meter/lean.meter-provider.js';
import { PageReader } from '../sdk/page.reader.js';
import { observeWarnings } from '../telemetry.warnings.js';
import { recordTelemetry } from '../testing/index.js';
import { PrometheusScrape, type PrometheusSource } from './prometheus.scrape.js';

const ANYTHING = { accept: undefined, acceptEncoding: undefined, authorization: undefined, host: undefined };

function pageOf() {
  const reader = new PageReader();
  const provider = new LeanMeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    readers: [reader],
  });
  const source = {
    collect: vi.fn<PrometheusSource['collect']>((options) => reader.collect(options)),
    settings: { naming: 'suffixed', scopeLabels: false } as const,
  };
  return { provider, meter: provider.getMeter('app'), source, scrape: new PrometheusScrape(source) };
}

describe('PrometheusScrape', () => {
  const warnings: string[] = [];
  let restore: () => void;
  beforeEach(() => {
    restore = observeWarnings((code, text) => warnings.push(`${code} ${text}`));
  });
  afterEach(() => {
    restore();
    warnings.length = 0;
  });

  it('answers with the Prometheus text format', async () => {
    const { meter, scrape } = pageOf();
    meter.createCounter('orders').add(3, { kind: 'web' });
    const { status, headers, body } = await scrape.answer(ANYTHING);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(String(body)).toContain('\norders_total{kind="web"} 3\n');
  });

  it('collects once for scrapes at the same time, whatever format they want, and anew for the next', async () => {
    const { meter, scrape, source } = pageOf();
    let observations = 0;
    meter.createObservableGauge('value').addCallback((result) => result.observe(++observations));
    const accepts = ['text/plain', 'application/openmetrics-text', undefined];
    const answers = await Promise.all(
      Array.from({ length: 21 }, (_, index) => scrape.answer({ ...ANYTHING, accept: accepts[index % 3] })),
    );
    expect(source.collect).toHaveBeenCalledTimes(1);
    expect(new Set(answers.map(({ body }) => body)).size, 'each format is written once').toBe(2);
    expect(answers.every(({ body }) => String(body).includes('\nvalue 1\n'))).toBe(true);
    expect(String((await scrape.answer(ANYTHING)).body)).toContain('\nvalue 2\n');
  });

  it('compresses a page of some size for scrapers that accept that', async () => {
    const { meter, scrape } = pageOf();
    const gzip = { ...ANYTHING, acceptEncoding: 'br, gzip;q=0.5' };
    expect((await scrape.answer(gzip)).headers['content-encoding'], 'a small page').toBeUndefined();
    const counter = meter.createCounter('orders');
    for (let id = 0; id < 200; id++) counter.add(1, { id });
    const [plain, small] = [await scrape.answer(ANYTHING), await scrape.answer(gzip)];
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(small.headers['vary']).toBe('accept, accept-encoding');
    expect(gunzipSync(Buffer.concat(small.body))).toEqual(Buffer.concat(plain.body));
  });

  it('has the same on a page whether it is compressed or not', async () => {
    const { meter, scrape } = pageOf();
    const counter = meter.createCounter('orders');
    // Several of the pieces that a page is made in.
    for (let id = 0; id < 1990; id++) counter.add(1, { id, note: 'ä'.repeat(100) });
    const gzip = { ...ANYTHING, acceptEncoding: 'gzip' };
    const alone = await scrape.answer(gzip);
    const [compressed, plain, again] = await Promise.all(
      [gzip, ANYTHING, gzip].map((one) => scrape.answer(one)),
    );
    const page = Buffer.concat(plain?.body ?? []);
    expect(String(page)).toContain('\norders_total{id="1989",note="ää');
    expect(gunzipSync(Buffer.concat(compressed?.body ?? [])).equals(page)).toBe(true);
    expect(gunzipSync(Buffer.concat(alone.body)).equals(page)).toBe(true);
    expect(again?.body, 'compressed once').toBe(compressed?.body);
  });

  it('tells strangers nothing, and collects nothing for them', async () => {
    const { source } = pageOf();
    const access = { auth: { bearer: 's3cret' }, allowedHosts: undefined };
    const guarded = new PrometheusScrape({ ...source, access });
    expect(await guarded.answer(ANYTHING)).toMatchObject({ status: 401, body: [] });
    expect(source.collect).not.toHaveBeenCalled();
    expect((await guarded.answer({ ...ANYTHING, authorization: 'Bearer s3cret' })).status).toBe(200);
  });

  it('answers 503 when the reader fails, without telling the client why', async () => {
    const { provider, scrape } = pageOf();
    await provider.shutdown();
    const answer = await scrape.answer(ANYTHING);
    expect(answer.status).toBe(503);
    expect(String(answer.body)).toBe('Metrics could not be collected.\n');
    expect(warnings.join()).toContain('NT_METRICS_COLLECTION_FAILED');
    expect(warnings.join()).toContain('MetricReader is shutdown');
  });

  it('answers 503 when the text cannot be made, and collects anew for the next', async () => {
    const { scrape, source } = pageOf();
    source.collect.mockResolvedValueOnce({ resourceMetrics: undefined as never, errors: [] });
    expect((await scrape.answer(ANYTHING)).status).toBe(503);
    expect((await scrape.answer(ANYTHING)).status).toBe(200);
  });

  it('tells in a metric how long scrapes took, and which failed', async () => {
    await using telemetry = recordTelemetry();
    const { scrape, source } = pageOf();
    await scrape.answer(ANYTHING);
    source.collect.mockRejectedValueOnce(new RangeError('no'));
    await scrape.answer(ANYTHING);
    const points = await telemetry.points('nest_telemetry.scrape.duration');
    expect(points.map(({ attributes, count }) => [attributes, count])).toEqual([
      [{}, 1],
      [{ 'error.type': 'RangeError' }, 1],
    ]);
  });

  it('serves the other metrics when one callback fails', async () => {
    const { meter, scrape } = pageOf();
    meter.createCounter('fine').add(1);
    meter.createObservableGauge('broken').addCallback(() => {
      throw new Error('no sensor');
    });
    const { status, body } = await scrape.answer(ANYTHING);
    expect(status).toBe(200);
    expect(String(body)).toContain('\nfine_total 1\n');
    expect(String(body)).toContain('nest_telemetry_metrics_unanswered_total{reason="failed"} 1');
    expect(warnings.join()).toContain('no sensor');
  });

  it('serves the other metrics when a callback never answers, and says so in a metric', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { meter, scrape } = pageOf();
    meter.createCounter('fine').add(1);
    meter.createObservableGauge('stuck').addCallback(() => new Promise(() => {}));
    const answer = scrape.answer(ANYTHING);
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    const page = String((await answer).body);
    expect(page).toContain('\nfine_total 1\n');
    expect(page).toContain('nest_telemetry_metrics_unanswered_total{reason="timeout"} 1');
    expect(String((await scrape.answer(ANYTHING)).body), 'the next one is not held up').toContain(
      'nest_telemetry_metrics_unanswered_total{reason="timeout"} 2',
    );
  });
});
