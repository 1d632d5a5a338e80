import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useWarningSink } from '../../../libs/telemetry/src/telemetry.warnings.js';
import { hasGo } from '../../services/go.program.js';
import { parseAsPrometheus3 } from '../../services/prometheus/parser.js';
import { problemsOf, type SampleFound } from './fuzz/expectations.js';
import { type FuzzedPage, fuzzedPage, witnessOf } from './fuzz/fuzzed-pages.js';
import { PageServer } from './fuzz/page.server.js';
import { hasOpenMetricsParser, parseAllOpenMetrics } from './openmetrics-parser.js';
import { hasPrometheus, Prometheus } from './prometheus.js';
import { hasPromtool, promtoolError } from './promtool.js';

const canBuild = await hasGo();
const REQUIRED = process.env['REQUIRE_SERVICES'] === '1';
/** `METRICS_SEED=<seed>` repeats a failure. */
const SEED = Number(process.env['METRICS_SEED'] ?? Date.now() % 1_000_000_007);
const PAGES = 50;
const CASES_PER_PAGE = 200;
const INTERVAL_SECONDS = 8;
const LIMIT_MILLIS = 120_000;

/** What Prometheus 3 sends. */
const NAMES_WITH_ANY_CHARACTER = [
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8',
  'text/plain;version=1.0.0;escaping=allow-utf-8',
];

/** What Prometheus 2 sends is believed; for the older format, and as Prometheus 3 would, somebody has to ask. */
const ACCEPTS = {
  openmetrics: undefined,
  text: 'text/plain;version=0.0.4',
  underscores: 'application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.6,*/*;q=0.1',
};

describe(`${PAGES * CASES_PER_PAGE} metrics nobody should make (METRICS_SEED=${SEED})`, () => {
  let pages: FuzzedPage[] = [];
  let restore: () => void;
  beforeAll(() => {
    // There is one for nearly every metric.
    restore = useWarningSink(() => undefined);
    pages = Array.from({ length: PAGES }, (_, number) => fuzzedPage(SEED, number, CASES_PER_PAGE));
  });
  afterAll(() => restore());
  const textOf = async (number: number, accept: string): Promise<string> => {
    const answer = await pages[number]?.scrape({ accept });
    expect(answer?.status).toBe(200);
    return Buffer.concat(answer?.body ?? []).toString();
  };

  it.skipIf(!hasPromtool && !REQUIRED)(
    'are pages promtool can read (needs promtool)',
    async () => {
      expect(hasPromtool, 'promtool must be installed when REQUIRE_SERVICES=1').toBe(true);
      for (const { number } of pages) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is enough
        expect(promtoolError(await textOf(number, ACCEPTS.text)), `page ${number}`).toBe('');
      }
    },
    LIMIT_MILLIS,
  );

  it.skipIf(!hasOpenMetricsParser && !REQUIRED)(
    'are OpenMetrics for an independent parser, which finds every one (needs python3-prometheus-client)',
    async () => {
      expect(hasOpenMetricsParser, 'python3-prometheus-client must be installed').toBe(true);
      const texts = await Promise.all(
        pages.map(({ number }) => textOf(number, 'application/openmetrics-text;version=1.0.0')),
      );
      for (const [number, families] of parseAllOpenMetrics(texts).entries())
        expect(problemsOf(pages[number]?.cases ?? [], samplesOf(families)), `page ${number}`).toEqual([]);
    },
    LIMIT_MILLIS,
  );

  it.skipIf(!canBuild && !REQUIRED)(
    'are read to the end by Prometheus 3, whatever characters are in names (needs Go)',
    async () => {
      expect(canBuild, 'a Go toolchain must be installed when REQUIRE_SERVICES=1').toBe(true);
      const asked = pages.flatMap((page) => NAMES_WITH_ANY_CHARACTER.map((accept) => ({ page, accept })));
      const served = await Promise.all(
        asked.map(async ({ page, accept }) => {
          const { headers, body } = await page.scrape({ accept });
          return { contentType: headers['content-type'] ?? '', text: Buffer.concat(body).toString() };
        }),
      );
      for (const [index, { problem, samples }] of (await parseAsPrometheus3(served)).entries()) {
        expect(problem, `page ${asked[index]?.page.number}`).toBe('');
        const found = samples.map(({ labels, value }) => ({
          name: labels['__name__'] ?? '',
          labels,
          value: Number(value.replace('Inf', 'Infinity')),
        }));
        expect(problemsOf(asked[index]?.page.cases ?? [], found)).toEqual([]);
      }
    },
    LIMIT_MILLIS,
  );

  it.skipIf(!hasPrometheus && !REQUIRED)(
    'leave the target up and everything else intact (needs prometheus)',
    async () => {
      expect(hasPrometheus, 'prometheus must be installed when REQUIRE_SERVICES=1').toBe(true);
      await using server = await PageServer.start(pages, ACCEPTS);
      const targets = Object.keys(ACCEPTS).flatMap((format) =>
        pages
          // Names with any character are what applications choose, so only those can be asked to escape them.
          .filter(({ number }) => format !== 'underscores' || number % 3 === 1)
          .map(({ number }) => ({
            path: `/${format}/${number}`,
            labels: { target_format: format, target_page: String(number) },
          })),
      );
      await using prometheus = await Prometheus.start({
        address: server.address,
        targets,
        intervalSeconds: INTERVAL_SECONDS,
      });
      await scrapedTwice(prometheus, targets.length);

      expect(await prometheus.query('min_over_time(up{case=""}[10m]) < 1'), 'a target was down').toEqual([]);
      for (const { path } of targets) {
        const [, format, number] = path.split('/');
        // oxlint-disable-next-line no-await-in-loop -- all at once would be too much to hold
        const samples = await prometheus.query(`{instance="${path}"}`);
        const own = samples.filter(({ labels }) => labels['case'] === undefined);
        const valueOf = (name: string) => own.find(({ labels }) => labels['__name__'] === name)?.value;
        expect(valueOf('scrape_samples_scraped'), path).toBe(server.samples.get(path));
        const witness = own.find(({ labels }) => labels['is'] === 'fine');
        expect(witness?.value, path).toBe(witnessOf(Number(number)));
        const found = samples.map(({ labels, value }) => ({ name: labels['__name__'] ?? '', labels, value }));
        expect(problemsOf(pages[Number(number)]?.cases ?? [], found), `${format} ${number}`).toEqual([]);
      }
      expect(await prometheus.exemplars('{__name__=~".+_bucket"}')).toContainEqual({
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        span_id: 'b7ad6b7169203331',
      });
      expect(prometheus.complaints).toEqual([]);
    },
    LIMIT_MILLIS,
  );
});

async function scrapedTwice(prometheus: Prometheus, targets: number): Promise<void> {
  const deadline = performance.now() + LIMIT_MILLIS / 2;
  while (performance.now() < deadline) {
    // oxlint-disable-next-line no-await-in-loop -- until it is so
    const scraped = await prometheus.query('count_over_time(up{case=""}[10m]) > 1');
    if (scraped.length === targets) return;
    // oxlint-disable-next-line no-await-in-loop
    await sleep(500);
  }
  throw new Error('Prometheus did not scrape every target twice');
}

function samplesOf(families: ReturnType<typeof parseAllOpenMetrics>[number]): SampleFound[] {
  if (typeof families === 'string') throw new Error(families);
  return families
    .flatMap(({ samples }) => samples)
    .map(({ name, labels, value }) => ({ name, labels, value: Number(value.replace('inf', 'Infinity')) }));
}
