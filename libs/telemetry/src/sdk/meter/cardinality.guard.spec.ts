import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isLean } from '../../metrics/bound.instruments.js';
import { leanMeter, warningsOf } from './testing-harness.spec-helper.js';

const OVERFLOW = '{"otel.metric.overflow":true}';
const MINUTE = 60_000;

describe('The number of series of a metric', () => {
  it('stays below its limit, however often it is collected, and loses no measurement', async () => {
    const { meter, cumulative, delta } = leanMeter({ cardinalityLimit: 100 });
    const counter = meter.createCounter('orders');
    let junk = 0;
    for (let collection = 1; collection <= 5; collection++) {
      for (let call = 0; call < 500; call++) counter.add(1, { path: `/made-up/${junk++}` });
      // oxlint-disable-next-line no-await-in-loop -- collections follow each other
      const values = await cumulative.values('orders');
      expect(Object.keys(values)).toHaveLength(100);
      expect(Object.values(values).reduce((a, b) => a + b)).toBe(500 * collection);
      expect(values[OVERFLOW]).toBe(500 * collection - 99);
      // oxlint-disable-next-line no-await-in-loop
      expect(Object.keys(await delta.values('orders')).length).toBeLessThanOrEqual(100);
    }
    expect(await cumulative.values('nest_telemetry.metrics.folded')).toEqual({
      '{"metric.name":"orders"}': 2401,
    });
  });

  it('is held by callbacks, too, whose overflow is a sum', async () => {
    const { meter, cumulative } = leanMeter({ cardinalityLimit: 10 });
    meter.createObservableUpDownCounter('open').addCallback((result) => {
      for (let id = 0; id < 20; id++) result.observe(2, { id });
    });
    await cumulative.values('open');
    const values = await cumulative.values('open');
    expect(Object.keys(values)).toHaveLength(10);
    expect(values[OVERFLOW]).toBe(22);
  });

  it('is said once when it is reached, with the attribute that has the most values', async () => {
    const { meter } = leanMeter({ cardinalityLimit: 10 });
    const warnings = await warningsOf(() => {
      const counter = meter.createCounter('orders');
      for (let user = 0; user < 50; user++) counter.add(1, { method: user % 2 ? 'GET' : 'POST', user });
    });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('NT_METRIC_CARDINALITY Metric orders has reached its limit of 10 series');
    expect(warnings[0]).toContain('9 of them differ in attribute user');
  });

  it('may be another in a view', async () => {
    const { meter, cumulative } = leanMeter({
      views: [{ instrumentName: 'orders', aggregationCardinalityLimit: 5 }],
    });
    const counter = meter.createCounter('orders');
    for (let user = 0; user < 50; user++) counter.add(1, { user });
    expect(Object.keys(await cumulative.values('orders'))).toHaveLength(5);
  });

  it('leaves room for what is reserved, whatever was made up before', async () => {
    const { meter, cumulative } = leanMeter({ cardinalityLimit: 100 });
    const histogram = meter.createHistogram('duration');
    if (!isLean(histogram)) throw new Error('not ours');
    histogram.reserve({ route: '/orders' });
    for (let junk = 0; junk < 500; junk++) histogram.record(1, { route: `/made-up/${junk}` });
    for (const status of [200, 404, 500]) histogram.record(1, { status, route: '/orders' });
    const values = await cumulative.values('duration');
    expect(values['{"status":200,"route":"/orders"}']).toBe(1);
    expect(values['{"status":500,"route":"/orders"}']).toBe(1);
    expect(values[OVERFLOW]).toBe(500 - 49);
    for (let status = 1; status < 500; status++) histogram.record(1, { status, route: '/orders' });
    expect(Object.keys(await cumulative.values('duration')), 'and the limit holds').toHaveLength(100);
  });

  it('is held against a million made-up paths, and the declared route appears after them', async () => {
    const { meter, cumulative } = leanMeter();
    const histogram = meter.createHistogram('duration');
    if (!isLean(histogram)) throw new Error('not ours');
    histogram.reserve({ route: '/orders/:id' });
    for (let path = 0; path < 1_000_000; path++) histogram.record(1, { route: `/made-up/${path}` });
    histogram.record(1, { route: '/orders/:id', status: 200 });
    const values = await cumulative.values('duration');
    expect(values['{"route":"/orders/:id","status":200}']).toBe(1);
    expect(Object.keys(values).length).toBeLessThanOrEqual(2000);
    expect(Object.values(values).reduce((a, b) => a + b)).toBe(1_000_001);
  }, 60_000);
});

describe('Series nobody writes to', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('make room after ten minutes in a metric that is full', async () => {
    const { meter, cumulative } = leanMeter({ cardinalityLimit: 10 });
    const histogram = meter.createHistogram('duration');
    if (!isLean(histogram)) throw new Error('not ours');
    const bound = histogram.bind({ path: 'bound' });
    for (let junk = 0; junk < 50; junk++) histogram.record(1, { path: `/made-up/${junk}` });
    for (let minute = 0; minute < 12; minute++) {
      vi.advanceTimersByTime(MINUTE);
      histogram.record(1, { path: '/made-up/0' });
      histogram.record(1, { path: '/new' });
    }
    bound.record(1);
    const values = await cumulative.values('duration');
    expect(values).toMatchObject({ '{"path":"/made-up/0"}': 13, '{"path":"bound"}': 1 });
    expect(values['{"path":"/new"}']).toBeGreaterThanOrEqual(1);
    expect(Object.keys(values)).toHaveLength(4);
  });

  it('stay in one that is not', async () => {
    const { meter, cumulative } = leanMeter({ cardinalityLimit: 10 });
    const counter = meter.createCounter('jobs');
    counter.add(1, { job: 'yearly' });
    vi.advanceTimersByTime(400 * 24 * 60 * MINUTE);
    counter.add(1, { job: 'hourly' });
    expect(Object.keys(await cumulative.values('jobs'))).toHaveLength(2);
  });
});
