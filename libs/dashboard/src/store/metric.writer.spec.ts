import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listMetrics, readSeries } from '../query/metric.list.js';
import { FilledStore } from '../telemetry.spec-helper.js';

const EVER = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER };

function send(
  store: FilledStore,
  metrics: readonly object[],
  resource: Readonly<Record<string, string>> = {},
) {
  const attributes = Object.entries({ 'service.name': 'orders', ...resource }).map(([key, stringValue]) => ({
    key,
    value: { stringValue },
  }));
  const data = {
    resourceMetrics: [
      {
        resource: { attributes },
        scopeMetrics: [{ scope: { name: 'spec' }, metrics }],
      },
    ],
  };
  return store.ingest({ signal: 'metrics', encoding: 'json', bytes: Buffer.from(JSON.stringify(data)) });
}

describe('Metrics', () => {
  it('takes every kind of the example of OpenTelemetry', () => {
    const store = new FilledStore();
    const bytes = readFileSync(new URL('../../../otlp/src/fixtures/metrics.json', import.meta.url));
    expect(store.ingest({ signal: 'metrics', encoding: 'json', bytes })).toMatchObject({
      accepted: 4,
      rejected: 0,
    });
    expect(listMetrics(store).map(({ name, type, unit, series }) => [name, type, unit, series])).toEqual([
      ['my.counter', 'sum', '1', 1],
      ['my.exponential.histogram', 'exponential-histogram', '1', 1],
      ['my.gauge', 'gauge', '1', 1],
      ['my.histogram', 'histogram', '1', 1],
    ]);
    const series = readSeries(store, 'my.service', 'my.histogram', EVER);
    expect(series?.series[0]?.points[0]).toMatchObject({
      count: 2,
      sum: 2,
      bounds: [1],
      counts: [1, 1],
      temporality: 'delta',
    });
  });

  it('are one series whatever the order of their attributes, nested ones included', () => {
    const store = new FilledStore();
    const nested = (value: string) => ({
      key: 'n',
      value: { kvlistValue: { values: [{ key: 'inner', value: { stringValue: value } }] } },
    });
    const plain = { key: 'a', value: { stringValue: 'x' } };
    const point = (attributes: readonly object[]) => ({ timeUnixNano: '1000', asInt: '1', attributes });
    send(store, [
      {
        name: 'm',
        gauge: {
          dataPoints: [point([plain, nested('1')]), point([nested('1'), plain]), point([nested('2'), plain])],
        },
      },
    ]);
    expect(
      readSeries(store, 'orders', 'm', EVER)?.series.map(({ attributes, points }) => [
        attributes,
        points.length,
      ]),
    ).toEqual([
      [{ a: 'x', n: { inner: '1' } }, 2],
      [{ a: 'x', n: { inner: '2' } }, 1],
    ]);
  });

  it('keep exemplars, with their trace where they have one', () => {
    const store = new FilledStore();
    const exemplars = [
      { timeUnixNano: '2000', asDouble: 1.5, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
      { timeUnixNano: '2000', asInt: '3', traceId: 'nonsense!' },
    ];
    const dataPoints = [
      {
        timeUnixNano: '1000',
        count: '1',
        bucketCounts: ['1', '0'],
        explicitBounds: [1],
        exemplars: [exemplars[0]],
      },
    ];
    send(store, [{ name: 'm', histogram: { aggregationTemporality: 2, dataPoints } }]);
    const [point] = readSeries(store, 'orders', 'm', EVER)?.series[0]?.points ?? [];
    expect(point?.exemplars).toEqual([
      { timeUs: 2, value: 1.5, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
    ]);
  });

  describe('of several copies of a service', () => {
    const counter = (seconds: number, asInt: number) => ({
      name: 'm',
      sum: {
        aggregationTemporality: 2,
        isMonotonic: true,
        dataPoints: [
          {
            timeUnixNano: String(seconds * 1e9),
            asInt: String(asInt),
            attributes: [{ key: 'route', value: { stringValue: '/' } }],
          },
        ],
      },
    });
    const read = (store: FilledStore, fromSeconds = 0, toSeconds = 100) =>
      readSeries(store, 'orders', 'm', { fromUs: fromSeconds * 1e6, toUs: toSeconds * 1e6 })?.series.map(
        ({ attributes, points }) => [attributes, points.map(({ value }) => value)],
      );

    it('do not mix, and are told apart by the id of the copy', () => {
      const store = new FilledStore();
      for (const [seconds, first, second] of [
        [1, 10, 500],
        [2, 20, 510],
      ] as const) {
        send(store, [counter(seconds, first)], { 'service.instance.id': 'a', 'host.name': 'x' });
        send(store, [counter(seconds, second)], { 'service.instance.id': 'b', 'host.name': 'x' });
      }
      expect(read(store)).toEqual([
        [{ 'service.instance.id': 'a', route: '/' }, [10, 20]],
        [{ 'service.instance.id': 'b', route: '/' }, [500, 510]],
      ]);
      expect(listMetrics(store).map(({ series }) => series)).toEqual([1]);
    });

    it('are told apart by where they run when they have no ids', () => {
      const store = new FilledStore();
      send(store, [counter(1, 10)], { 'service.namespace': 'shop', 'host.name': 'x' });
      send(store, [counter(1, 500)], { 'service.namespace': 'shop', 'host.name': 'y' });
      expect(read(store)).toEqual([
        [{ 'service.namespace': 'shop', 'host.name': 'x', route: '/' }, [10]],
        [{ 'service.namespace': 'shop', 'host.name': 'y', route: '/' }, [500]],
      ]);
    });

    it('have no id where only one of them measured in the window', () => {
      const store = new FilledStore();
      send(store, [counter(1, 10)], { 'service.instance.id': 'before a restart' });
      send(store, [counter(50, 1)], { 'service.instance.id': 'after it' });
      expect(read(store, 40, 60)).toEqual([[{ route: '/' }, [1]]]);
      expect(read(store, 70, 80)).toEqual([[{ route: '/' }, []]]);
      expect(read(store)).toHaveLength(2);
    });

    it('each have room for their series', () => {
      const store = new FilledStore();
      const dataPoints = Array.from({ length: 1500 }, (_, index) => ({
        timeUnixNano: '1000',
        asInt: '1',
        attributes: [{ key: 'id', value: { intValue: String(index) } }],
      }));
      for (const id of ['a', 'b'])
        expect(
          send(store, [{ name: 'm', gauge: { dataPoints } }], { 'service.instance.id': id }),
        ).toMatchObject({
          rejected: 0,
        });
    });
  });

  it('are told which points were too many series', () => {
    const store = new FilledStore();
    const dataPoints = Array.from({ length: 2100 }, (_, index) => ({
      timeUnixNano: '1000',
      asInt: '1',
      attributes: [{ key: 'id', value: { intValue: String(index) } }],
    }));
    expect(
      send(store, [{ name: 'm', sum: { dataPoints, aggregationTemporality: 2, isMonotonic: true } }]),
    ).toMatchObject({
      accepted: 2000,
      rejected: 100,
    });
  });
});
