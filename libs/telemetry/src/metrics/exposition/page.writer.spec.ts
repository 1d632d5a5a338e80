import { type Attributes, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeanMeterProvider } from '../../sdk/meter/lean.meter-provider.js';
import { PageReader } from '../../sdk/page.reader.js';
import { useWarningSink } from '../../telemetry.warnings.js';
import type { PageFormat, PageSettings } from './page.format.js';
import { PageWriter } from './page.writer.js';

const TEXT: PageFormat = { syntax: 'prometheus', utf8: false, contentType: '' };
const OPEN: PageFormat = { syntax: 'openmetrics', utf8: false, contentType: '' };

function page(settings: Partial<PageSettings> = {}, views: ViewOptions[] = []) {
  const reader = new PageReader();
  const resource = resourceFromAttributes({ 'service.name': 'shop' });
  const provider = new LeanMeterProvider({ resource, readers: [reader], views });
  const writer = new PageWriter({ naming: 'suffixed', scopeLabels: false, ...settings });
  return {
    provider,
    meter: provider.getMeter('app', '1.0'),
    /** The page without what is there always. */
    text: async (format = TEXT): Promise<string> => {
      const { resourceMetrics } = await reader.collect();
      const [, , , ...lines] = [...writer.write(resourceMetrics, format)].join('').split('\n');
      return lines.join('\n');
    },
  };
}

/** The labels of a counter with these attributes. */
async function labelsOf(attributes: Attributes): Promise<string> {
  const { meter, text } = page();
  meter.createCounter('c').add(1, attributes);
  return /^c_total(?:\{(.*)\})? 1$/m.exec(await text())?.[1] ?? '';
}

describe('PageWriter', () => {
  const warnings: string[] = [];
  let restore: () => void;
  beforeEach(() => {
    warnings.length = 0;
    restore = useWarningSink((code, text) => warnings.push(`${code} ${text}`));
  });
  afterEach(() => restore());

  it('writes counters, gauges and histograms with their units', async () => {
    const { meter, text } = page();
    meter.createCounter('io.read', { unit: 'By', description: 'Read.' }).add(5, { disk: 'sda' });
    meter.createUpDownCounter('jobs', { unit: '{job}' }).add(-2);
    meter.createGauge('load', { unit: '1' }).record(0.5);
    const options = { unit: 's', advice: { explicitBucketBoundaries: [0.5, 1, 2_000_000] } };
    meter.createHistogram('http.server.request.duration', options).record(0.7);
    expect(await text()).toBe(
      [
        '# HELP io_read_bytes_total Read.',
        '# TYPE io_read_bytes_total counter',
        'io_read_bytes_total{disk="sda"} 5',
        '# HELP jobs jobs',
        '# TYPE jobs gauge',
        'jobs -2',
        '# HELP load_ratio load',
        '# TYPE load_ratio gauge',
        'load_ratio 0.5',
        '# HELP http_server_request_duration_seconds http.server.request.duration',
        '# TYPE http_server_request_duration_seconds histogram',
        'http_server_request_duration_seconds_bucket{le="0.5"} 0',
        'http_server_request_duration_seconds_bucket{le="1"} 1',
        'http_server_request_duration_seconds_bucket{le="2e+06"} 1',
        'http_server_request_duration_seconds_bucket{le="+Inf"} 1',
        'http_server_request_duration_seconds_sum 0.7',
        'http_server_request_duration_seconds_count 1',
        '',
      ].join('\n'),
    );
  });

  it('writes OpenMetrics with units, exemplars and an end', async () => {
    const { meter, text } = page();
    const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    const span = trace.wrapSpanContext({ ...ids, traceFlags: TraceFlags.SAMPLED });
    const recorded = trace.setSpan(ROOT_CONTEXT, Object.assign(span, { isRecording: () => true }));
    const counter = meter.createCounter('io.read', { unit: 'By', description: 'With "quotes".' });
    counter.add(4, {}, recorded);
    counter.add(1);
    const histogram = meter.createHistogram('took', { unit: 's', advice: { explicitBucketBoundaries: [1] } });
    histogram.record(0.5, { kind: 'a' }, recorded);
    histogram.record(5, { kind: 'a' });
    expect((await text(OPEN)).split('\n')).toEqual([
      '# HELP io_read_bytes With \\"quotes\\".',
      '# TYPE io_read_bytes counter',
      '# UNIT io_read_bytes bytes',
      expect.stringMatching(
        /^io_read_bytes_total 5 # \{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"\} 4 \d+(\.\d+)?$/,
      ),
      '# HELP took_seconds took',
      '# TYPE took_seconds histogram',
      '# UNIT took_seconds seconds',
      expect.stringMatching(
        /^took_seconds_bucket\{kind="a",le="1.0"\} 1 # \{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"\} 0.5 \d+(\.\d+)?$/,
      ),
      'took_seconds_bucket{kind="a",le="+Inf"} 2',
      'took_seconds_sum{kind="a"} 5.5',
      'took_seconds_count{kind="a"} 2',
      '# EOF',
      '',
    ]);
    expect(await text(TEXT), 'the older format has no exemplars').not.toContain('trace_id');
  });

  it('gives each bucket of an exponential histogram the latest exemplar that is in it', async () => {
    const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
    const { meter, text } = page({}, [{ instrumentName: 'size', aggregation }]);
    const histogram = meter.createHistogram('size');
    const within = (spanId: string) => {
      const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId };
      const span = trace.wrapSpanContext({ ...ids, traceFlags: TraceFlags.SAMPLED });
      return trace.setSpan(ROOT_CONTEXT, Object.assign(span, { isRecording: () => true }));
    };
    histogram.record(3, {}, within('1111111111111111'));
    histogram.record(3.5, {}, within('2222222222222222'));
    histogram.record(16, {}, within('3333333333333333'));
    const exemplars = [...(await text(OPEN)).matchAll(/le="([^"]+)"\} \d+ # .*span_id="(\d)\d*"\} (\S+)/g)];
    expect(exemplars.map(([, bound, span, value]) => [bound, span, value])).toEqual([
      ['4.0', '2', '3.5'],
      ['16.0', '3', '16'],
    ]);
  });

  it('begins with the resource', async () => {
    const { provider } = page();
    expect(provider).toBeDefined();
    const metrics = {
      resource: resourceFromAttributes({ 'service.name': 'shop', 'a"b': 'c\n' }),
      scopeMetrics: [],
    };
    const writer = new PageWriter({ naming: 'suffixed', scopeLabels: false });
    expect([...writer.write(metrics, TEXT)].join('')).toBe(
      '# HELP target_info Target metadata\n# TYPE target_info gauge\ntarget_info{a_b="c\\n",service_name="shop"} 1\n',
    );
    expect([...writer.write(metrics, OPEN)].join('')).toMatch(
      /^# HELP target Target metadata\n# TYPE target info\ntarget_info\{.*\} 1\n# EOF\n$/,
    );
  });

  describe('Names of metrics', () => {
    const nameOf = async (name: string, unit = '', settings: Partial<PageSettings> = {}) => {
      const { meter, text } = page(settings);
      meter.createCounter(name, { unit }).add(1);
      return /^(\S+) 1$/m.exec(await text())?.[1];
    };

    it.each([
      ['orders', '', 'orders_total'],
      ['orders.total', '', 'orders_total'],
      ['orders_total', 'By', 'orders_bytes_total'],
      ['io.bytes', 'By', 'io_bytes_total'],
      ['http.client-requests/sent', '', 'http_client_requests_sent_total'],
      ['2xx', '', '_2xx_total'],
      ['job:rate', '', 'job_rate_total'],
      ['a..b__c', '', 'a_b_c_total'],
      ['größe', '', 'gr_e_total'],
      ['日本', '', '__total'],
    ])('%s (%s) becomes %s', async (name, unit, expected) => {
      expect(await nameOf(name, unit)).toBe(expected);
    });

    it('have no unit where the application wants them as they used to be', async () => {
      expect(await nameOf('io.read', 'By', { naming: 'legacy' })).toBe('io_read_total');
    });

    it('may have any character for a scraper that reads that', async () => {
      const { meter, text } = page({ naming: 'utf8' });
      meter.createCounter('io.read', { unit: 'By' }).add(1, { 'disk.name': 'sda', plain: 'x' });
      const options = { unit: 's', advice: { explicitBucketBoundaries: [] } };
      meter.createHistogram('日本 "x"', options).record(1);
      const written = await text({ ...TEXT, utf8: true });
      expect(written).toContain('# TYPE "io.read_bytes_total" counter\n');
      expect(written).toContain('{"io.read_bytes_total","disk.name"="sda",plain="x"} 1\n');
      expect(written).toContain('{"日本 \\"x\\"_seconds_bucket",le="+Inf"} 1\n');
      expect(written).toContain('{"日本 \\"x\\"_seconds_count"} 1\n');
      expect(await text(TEXT), 'and none for one that does not').toContain(
        'io_read_bytes_total{disk_name="sda"',
      );
    });

    it('have no NUL even then, which a scraper takes for the end of the page', async () => {
      const { meter, text } = page({ naming: 'utf8' });
      meter.createCounter('a\u0000b').add(1, { 'c\u0000': 'x' });
      expect(await text({ ...TEXT, utf8: true })).toContain('{"a\ufffdb_total","c\ufffd"="x"} 1\n');
    });

    it('are kept apart where metrics of one name differ in kind, with a warning', async () => {
      const { meter, text } = page();
      meter.createCounter('orders').add(1);
      meter.createGauge('orders').record(2);
      meter.createHistogram('orders', { advice: { explicitBucketBoundaries: [] } }).record(3);
      const written = await text(OPEN);
      expect(written).toContain('\norders_total 1\n');
      expect(written).toContain('\norders_gauge 2\n');
      expect(written).toContain('\norders_histogram_sum 3\n');
      expect(warnings).toHaveLength(2);
      expect(warnings[0]).toContain(
        'NT_METRIC_NAME_CLASH Metric orders would be called orders on the metrics page',
      );
      await text();
      expect(warnings, 'once').toHaveLength(2);
    });

    it.each([
      ['a.b', 'a_b', 'a_b_counter_total'],
      ['target.info', 'x', undefined],
    ])('are kept apart where only their characters differed: %s and %s', async (first, second, expected) => {
      const { meter, text } = page();
      meter.createCounter(first).add(1);
      meter.createCounter(second).add(2);
      const written = await text();
      if (expected !== undefined) expect(written).toContain(`\n${expected} 2\n`);
      expect(written).toContain(' 1\n');
    });

    it('never take those of the samples of another', async () => {
      const { meter, text } = page();
      meter.createHistogram('size', { advice: { explicitBucketBoundaries: [] } }).record(1);
      meter.createGauge('size.count').record(5);
      meter.createGauge('target.info').record(6);
      const written = await text();
      expect(written).toContain('\nsize_count 1\n');
      expect(written).toContain('\nsize_count_gauge 5\n');
      expect(written).toContain('\ntarget_info_gauge 6\n');
    });

    it('are shared by meters that have the same metric, whose samples then tell them apart', async () => {
      const { provider, meter, text } = page();
      meter.createCounter('orders').add(1);
      provider.getMeter('other').createCounter('orders').add(2);
      const written = await text();
      expect(written.match(/^# TYPE orders_total/gm)).toHaveLength(1);
      expect(written).toContain('\norders_total{otel_scope_name="app",otel_scope_version="1.0"} 1\n');
      expect(written).toContain('\norders_total{otel_scope_name="other"} 2\n');
    });

    it('tell their meter where the application wants that', async () => {
      const { meter, text } = page({ scopeLabels: true });
      meter.createCounter('orders').add(1, { kind: 'web' });
      expect(await text()).toContain(
        'orders_total{kind="web",otel_scope_name="app",otel_scope_version="1.0"} 1\n',
      );
    });
  });

  describe('Labels', () => {
    it.each([
      [{ 'a.b': 'x' }, 'a_b="x"'],
      [{ 'a.b': 'x', a_b: 'y', 'a-b': 'z' }, 'a_b="z;x;y"'],
      [{ le: 'x', quantile: 'y' }, 'exported_le="x",exported_quantile="y"'],
      [
        { otel_scope_name: 'x', 'otel.scope.version': 'y' },
        'exported_otel_scope_name="x",exported_otel_scope_version="y"',
      ],
      [{ __name__: 'x' }, '_name_="x"'],
      [{ '2xx': 'x' }, '_2xx="x"'],
      [{ '': 'x' }, '_="x"'],
      [{ 名: 'x' }, '_="x"'],
      [{ a: 'say "hi"\n\\o/' }, 'a="say \\"hi\\"\\n\\\\o/"'],
      [{ a: 1, b: true, c: ['x', 'y'] }, 'a="1",b="true",c="[\\"x\\",\\"y\\"]"'],
    ] as [Attributes, string][])('%j', async (attributes, expected) => {
      expect(await labelsOf(attributes)).toBe(expected);
    });

    it('cut long values, and keep different ones different', async () => {
      const long = 'x'.repeat(5000);
      const [first, second] = [await labelsOf({ a: `${long}1` }), await labelsOf({ a: `${long}2` })];
      expect(first).toHaveLength('a=""'.length + 1024);
      expect(first).not.toBe(second);
    });
  });

  describe('Series whose labels are the same', () => {
    const TWINS: [Attributes, Attributes, string][] = [
      [{ id: 1 }, { id: '1' }, '{id="1"}'],
      [{ 'a.b': 'x' }, { a_b: 'x' }, '{a_b="x"}'],
      [{ a: '' }, {}, ''],
      [{ a: '\ud800' }, { a: '\udc00' }, '{a="\ufffd"}'],
      [{ 'p.q': 'x', b: 'y' }, { b: 'y', p_q: 'x' }, '{b="y",p_q="x"}'],
      [{ le: 'x' }, { exported_le: 'x' }, '{exported_le="x"}'],
    ];

    it.each(TWINS)(
      'are one, and nothing that was counted is lost: %j and %j',
      async (first, second, labels) => {
        const { meter, text } = page();
        const counter = meter.createCounter('c');
        counter.add(1, first);
        counter.add(2, second);
        const gauge = meter.createGauge('g');
        gauge.record(1, first);
        gauge.record(2, second);
        const lines = (await text()).split('\n');
        expect(lines.filter((line) => line.startsWith('c_total'))).toEqual([`c_total${labels} 3`]);
        expect(lines.filter((line) => /^g[ {]/.test(line))).toEqual([`g${labels} 2`]);
      },
    );

    it('have one histogram with the measurements of both', async () => {
      const { meter, text } = page();
      const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 10] } });
      histogram.record(0.5, { id: 1 });
      histogram.record(5, { id: '1' });
      histogram.record(50, { id: '1' });
      expect((await text()).split('\n').slice(2)).toEqual([
        'h_bucket{id="1",le="1"} 1',
        'h_bucket{id="1",le="10"} 2',
        'h_bucket{id="1",le="+Inf"} 3',
        'h_sum{id="1"} 55.5',
        'h_count{id="1"} 3',
        '',
      ]);
    });

    it('have the bounds of both where these differ', async () => {
      const view = {
        instrumentName: '*',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      } as const;
      const { meter, text } = page({}, [view]);
      const histogram = meter.createHistogram('h');
      histogram.record(1.5, { id: 1 });
      histogram.record(7, { id: '1' });
      expect((await text()).split('\n').slice(2)).toEqual([
        'h_bucket{id="1",le="2"} 1',
        'h_bucket{id="1",le="8"} 2',
        'h_bucket{id="1",le="+Inf"} 2',
        'h_sum{id="1"} 8.5',
        'h_count{id="1"} 2',
        '',
      ]);
    });

    it('are one also when the other one was on an earlier page', async () => {
      const { meter, text } = page();
      const counter = meter.createCounter('c');
      const samples = async () => (await text()).match(/^c_total.*$/gm);
      counter.add(1, { id: 1 });
      counter.add(1, { id: 2 });
      expect(await samples()).toEqual(['c_total{id="1"} 1', 'c_total{id="2"} 1']);
      counter.add(1, { id: '1' });
      expect(await samples()).toEqual(['c_total{id="1"} 2', 'c_total{id="2"} 1']);
      counter.add(1, { id: 3 });
      expect(await samples()).toEqual(['c_total{id="1"} 2', 'c_total{id="2"} 1', 'c_total{id="3"} 1']);
    });

    it('are found in metrics that callbacks report now and then', async () => {
      const { meter, text } = page();
      const rounds = [
        [{ id: 1 }, { id: 2 }],
        [{ id: '1' }, { id: 2 }],
        [{ id: 1 }, { id: '1' }],
        [{ id: 2 }],
      ];
      let sets: Attributes[] = [];
      meter.createObservableUpDownCounter('c').addCallback((result) => {
        for (const set of sets) result.observe(1, set);
      });
      const pages: unknown[] = [];
      for (sets of rounds) {
        // oxlint-disable-next-line no-await-in-loop -- pages follow each other
        pages.push((await text()).match(/^c[ {].*$/gm));
      }
      expect(pages).toEqual([
        ['c{id="1"} 1', 'c{id="2"} 1'],
        ['c{id="2"} 1', 'c{id="1"} 1'],
        ['c{id="1"} 2'],
        ['c{id="2"} 1'],
      ]);
    });

    it('stay apart where their meters do', async () => {
      const { provider, meter, text } = page();
      meter.createCounter('orders').add(1, { id: 1 });
      provider.getMeter('other').createCounter('orders').add(2, { id: '1' });
      expect((await text()).match(/^orders_total.* [12]$/gm)).toHaveLength(2);
    });
  });

  it.each([
    ['"', 'b7ad6b7169203331'],
    ['x'.repeat(200), 'b7ad6b7169203331'],
    ['0af7651916cd43dd8448eb211c80319c', '"} 1\n'],
  ])('leaves out exemplars with ids that are none: %s, %s', async (traceId, spanId) => {
    const { meter, text } = page();
    const span = trace.wrapSpanContext({ traceId, spanId, traceFlags: TraceFlags.SAMPLED });
    const context = trace.setSpan(ROOT_CONTEXT, Object.assign(span, { isRecording: () => true }));
    meter.createHistogram('took').record(1, {}, context);
    const written = await text(OPEN);
    expect(written).toContain('took_count 1');
    expect(written).not.toContain('trace_id');
  });

  it('cuts long names and descriptions, and keeps different names different', async () => {
    const { meter, text } = page();
    const long = 'n'.repeat(100_000);
    meter.createCounter(`${long}1`, { description: 'd'.repeat(100_000) }).add(1, { [`${long}a`]: 'x' });
    meter.createCounter(`${long}2`).add(1, { [`${long}b`]: 'x' });
    const written = await text();
    expect(written.length).toBeLessThan(5000);
    expect(new Set(written.match(/^n+_\w+\{n+_\w+="x"\} 1$/gm)).size).toBe(2);
    expect(warnings).toEqual([]);
  });

  it.each([
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [1e21, '1e+21'],
    [-0.5, '-0.5'],
  ])('writes %d as %s', async (value, expected) => {
    const { meter, text } = page();
    meter.createGauge('g').record(value);
    expect(await text()).toContain(`\ng ${expected}\n`);
  });

  it('writes exponential histograms with bounds that are powers of two', async () => {
    const view = {
      instrumentName: '*',
      aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
    } as const;
    const { meter, text } = page({}, [view]);
    const histogram = meter.createHistogram('size');
    for (const value of [0, 0.3, 1, 1.5, 1.6, 7]) histogram.record(value);
    expect((await text()).split('\n').slice(2)).toEqual([
      'size_bucket{le="0"} 1',
      'size_bucket{le="0.5"} 2',
      'size_bucket{le="1"} 3',
      'size_bucket{le="2"} 5',
      'size_bucket{le="4"} 5',
      'size_bucket{le="8"} 6',
      'size_bucket{le="+Inf"} 6',
      'size_sum 11.4',
      'size_count 6',
      '',
    ]);
  });

  it('writes negative measurements below zero, and no sum of them', async () => {
    const view = {
      instrumentName: '*',
      aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
    } as const;
    const { meter, text } = page({}, [view]);
    const gauge = meter.createGauge('balance');
    for (const value of [-3, -1.5, 5]) gauge.record(value);
    expect((await text()).split('\n').slice(2)).toEqual([
      'balance_bucket{le="-2"} 1',
      'balance_bucket{le="-1"} 2',
      'balance_bucket{le="0"} 2',
      'balance_bucket{le="8"} 3',
      'balance_bucket{le="+Inf"} 3',
      'balance_count 3',
      '',
    ]);
  });
});
