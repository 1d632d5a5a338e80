import type { Meter } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeanMeterProvider } from '../../sdk/meter/lean.meter-provider.js';
import { useWarningSink } from '../../telemetry.warnings.js';
import { PageReader } from '../../sdk/page.reader.js';
import { mergePages } from './merged.page.js';
import type { PageFormat } from './page.format.js';
import { PageWriter } from './page.writer.js';

const TEXT: PageFormat = { syntax: 'prometheus', utf8: false, contentType: '' };
const OPEN: PageFormat = { syntax: 'openmetrics', utf8: false, contentType: '' };
const UTF8: PageFormat = { syntax: 'openmetrics', utf8: true, contentType: '' };

/** The page of one worker. */
async function pageOf(worker: string, format: PageFormat, measure: (meter: Meter) => void): Promise<Buffer> {
  const reader = new PageReader();
  const provider = new LeanMeterProvider({ resource: resourceFromAttributes({}), readers: [reader] });
  measure(provider.getMeter('app'));
  const { resourceMetrics } = await reader.collect();
  const writer = new PageWriter({ naming: 'utf8', scopeLabels: false, worker });
  return Buffer.from([...writer.write(resourceMetrics, format)].join(''));
}

async function merged(format: PageFormat, ...workers: ((meter: Meter) => void)[]): Promise<string[]> {
  const pages = await Promise.all(
    workers.map((measure, index) => pageOf(String(index + 1), format, measure)),
  );
  const page = Buffer.concat(await mergePages(pages)).toString();
  expect(page.endsWith('\n')).toBe(true);
  return page.split('\n').slice(0, -1);
}

describe('The page of all workers', () => {
  let restore: () => void;
  beforeEach(() => {
    restore = useWarningSink(() => undefined);
  });
  afterEach(() => restore());

  it('has each family once, with the samples of all in one place', async () => {
    const lines = await merged(
      OPEN,
      (meter) => {
        meter.createCounter('orders', { description: 'Placed.' }).add(1, { kind: 'web' });
        meter.createGauge('load', { unit: '1' }).record(0.5);
      },
      (meter) => {
        meter.createGauge('only.here').record(7);
        meter.createCounter('orders', { description: 'Placed.' }).add(2, { kind: 'web' });
      },
    );
    expect(lines).toEqual([
      '# HELP target Target metadata',
      '# TYPE target info',
      'target_info{worker="1"} 1',
      'target_info{worker="2"} 1',
      '# HELP orders Placed.',
      '# TYPE orders counter',
      'orders_total{worker="1",kind="web"} 1',
      'orders_total{worker="2",kind="web"} 2',
      '# HELP load_ratio load',
      '# TYPE load_ratio gauge',
      '# UNIT load_ratio ratio',
      'load_ratio{worker="1"} 0.5',
      '# HELP only_here only.here',
      '# TYPE only_here gauge',
      'only_here{worker="2"} 7',
      '# EOF',
    ]);
  });

  it('has no end where the format has none, and puts help texts back as they were', async () => {
    const measure = (meter: Meter) =>
      meter.createUpDownCounter('jobs', { description: 'A\n# HELP b "c"' }).add(1);
    const lines = await merged(TEXT, measure, measure);
    expect(lines.slice(4)).toEqual([
      String.raw`# HELP jobs A\n# HELP b "c"`,
      '# TYPE jobs gauge',
      'jobs{worker="1"} 1',
      'jobs{worker="2"} 1',
    ]);
  });

  it('keeps a label of that name that the application has', async () => {
    const lines = await merged(TEXT, (meter) => meter.createGauge('a').record(1, { worker: 'mine' }));
    expect(lines.at(-1)).toBe('a{worker="1",exported_worker="mine"} 1');
  });

  it.each([
    ['plain', OPEN, ''],
    ['with any characters', UTF8, '"'],
  ])(
    'keeps metrics apart that clash, in whatever order they were made; names %s',
    async (_, format, quote) => {
      const counter = (meter: Meter) => meter.createCounter('the.clash', { unit: 'By' }).add(1);
      const gauge = (meter: Meter) => meter.createGauge('the.clash', { unit: 'By' }).record(2);
      const lines = await merged(
        format,
        (meter) => [counter(meter), gauge(meter)],
        (meter) => [gauge(meter), counter(meter)],
        (meter) => gauge(meter),
      );
      const types = lines.filter((line) => line.startsWith('# TYPE') && line.includes('clash'));
      const name = quote === '' ? 'the_clash_bytes' : 'the.clash_bytes';
      expect(types).toEqual([
        `# TYPE ${quote}${name}${quote} counter`,
        `# TYPE ${quote}${name}_gauge${quote} gauge`,
        // As it had to be called on the page of the second worker.
        `# TYPE ${quote}${name}_counter${quote} counter`,
      ]);
      const sample = (shown: string, worker: number, value: number) =>
        quote === '' ? `${shown}{worker="${worker}"} ${value}` : `{"${shown}",worker="${worker}"} ${value}`;
      for (const worker of [1, 2, 3]) expect(lines).toContain(sample(`${name}_gauge`, worker, 2));
      expect(lines).toContain(sample(`${name}_total`, 1, 1));
      expect(lines).toContain(sample(`${name}_counter_total`, 2, 1));
    },
  );

  it('is empty when there is nothing', async () => {
    expect(await mergePages([])).toEqual([]);
  });
});
