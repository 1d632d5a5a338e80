import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding } from '@nest-telemetry/dashboard';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program } from '../program.js';
import { chromiumMissing, startChromium } from './chromium.js';
import { DashboardProgram, temporaryFolder } from './dashboard.program.js';
import { describePages } from './describe-pages.js';
import { DrivenServices, orderOf, sendingTo } from './driven.services.js';
import { eventually, PATIENCE } from './patience.js';
import { openPage, type WatchedPage } from './watched.page.js';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures');

const skipped = chromiumMissing !== undefined && process.env['REQUIRE_SERVICES'] !== '1';
const why = skipped ? ` (skipped: ${chromiumMissing})` : '';

describe.skipIf(skipped)(`Mistakes that services make, in the dashboard${why}`, PATIENCE.test, () => {
  const resources = new AsyncDisposableStack();
  let browser: Browser;
  let dashboard: DashboardProgram;
  let nameless: string;
  let repeating: string;
  let wellAsked: string;
  let broken: string;

  const rulesOf = async (): Promise<string[]> =>
    (await dashboard.json<readonly Finding[]>('/api/doctor')).map(({ rule }) => rule);

  /** Asks for something and waits until the spans of its trace are there; returns its id. */
  const asked = async (url: string, spans: number): Promise<string> => {
    const response = await fetch(url);
    await response.arrayBuffer();
    const traceId = response.headers.get('x-trace-id') ?? '';
    await dashboard.json(`/api/traces/${traceId}?waitFor=${spans}&timeoutMs=20000`);
    return traceId;
  };
  const serve = async (program: Program): Promise<string> =>
    `http://127.0.0.1:${await resources.use(program).says('listening')}`;

  beforeAll(async () => {
    const folder = resources.use(temporaryFolder());
    dashboard = resources.use(await DashboardProgram.start(join(folder.path, 'data')));
    const env = sendingTo(dashboard.otlpHttp);

    // A bundle alone in an image: no package.json to take a name from, and no variable.
    const image = resources.use(temporaryFolder());
    const bundled = pathToFileURL(join(FIXTURES, 'desk.mjs')).href;
    writeFileSync(join(image.path, 'main.mjs'), `import ${JSON.stringify(bundled)};\n`);
    const desk = await serve(new Program('main.mjs', { cwd: image.path, env, settings: {} }));
    nameless = await asked(`${desk}/items/7`, 1);

    const shelves = await serve(
      new Program('shelves.mjs', { env: { ...env, OTEL_SERVICE_NAME: 'library' } }),
    );
    wellAsked = await asked(`${shelves}/shelves/at-once`, 2);
    repeating = await asked(`${shelves}/shelves/one-by-one`, 9);

    // The caller writes no traceparent.
    const services = resources.use(
      await DrivenServices.start(dashboard.otlpHttp, { OTEL_PROPAGATORS: 'none' }),
    );
    const response = await services.ask('order', '/orders', { method: 'POST', body: orderOf() });
    broken = response.headers.get('x-trace-id') ?? '';
    await eventually('the doctor has found all three', async () => {
      const rules = await rulesOf();
      return ['D01', 'D03', 'D08'].every((rule) => rules.includes(rule));
    });
    browser = await startChromium();
    resources.defer(() => browser.close());
  }, 180_000);
  afterAll(() => resources.disposeAsync());

  describePages(
    [
      { name: 'doctor with findings', path: '/doctor', shows: 'D03' },
      { name: 'overview with findings', path: '/', shows: 'D03' },
    ],
    () => ({ browser, dashboard }),
  );

  /** The page of the doctor, and what it says about one rule of one service. */
  const findingOf = async (
    rule: string,
    service: string,
  ): Promise<{ watched: WatchedPage; card: Locator }> => {
    const watched = await openPage(browser, dashboard.pageOf('/doctor'));
    const card = watched.page
      .getByRole('listitem')
      .filter({ has: watched.page.getByText(rule, { exact: true }) })
      .filter({ has: watched.page.getByText(service, { exact: true }) });
    await card.waitFor();
    return { watched, card };
  };
  /** Follows the evidence; the span that is chosen then, and the trace it is in. */
  const follow = async (
    { page }: WatchedPage,
    card: Locator,
    name: string,
  ): Promise<{ traceId: string; span: string }> => {
    await card.getByRole('link', { name, exact: true }).click();
    await page.waitForURL(/\/traces\/[0-9a-f]{32}\?span=[0-9a-f]{16}$/);
    const row = page.getByRole('treegrid', { name: 'Spans' }).getByRole('row', { selected: true });
    const [, traceId = ''] = /traces\/([0-9a-f]+)/.exec(page.url()) ?? [];
    return { traceId, span: await row.innerText() };
  };

  it('a missing name is named, with a span of who has none', async () => {
    const { watched, card } = await findingOf('D01', 'unknown_service:node');
    await using _ = watched;
    const text = await card.innerText();
    expect(text).toContain('A program does not say who it is');
    // Its start is a trace of its own.
    expect(text).toMatch(/\d spans? came from a program that is called unknown_service:node\./);
    expect(text).toContain("TelemetryModule.forRoot({ serviceName: 'orders' })");
    const { traceId, span } = await follow(watched, card, 'GET /items/:id');
    expect(traceId).toBe(nameless);
    expect(span).toMatch(/GET \/items\/:id\s+unknown_service:node/);
    expect(watched.complaints).toEqual([]);
  });

  it('a query for each row of another is named, with the first of them, and one for all is not', async () => {
    const { watched, card } = await findingOf('D08', 'library');
    await using _ = watched;
    const text = await card.innerText();
    expect(text).toContain('The same query again and again (N+1)');
    expect(text).toMatch(
      /sent one query up to 7 times in a row \([\d.]+ .s\), in 1 run: SELECT .*FROM "books"/,
    );
    expect(text).toContain('once');
    const { traceId, span } = await follow(watched, card, 'SELECT books');
    expect(traceId).toBe(repeating);
    expect(traceId).not.toBe(wellAsked);
    expect(span).toMatch(/SELECT books\s+library/);
    expect(watched.complaints).toEqual([]);
  });

  it('a trace that ends at a call is named, with the call, whose trace has nothing of the called service', async () => {
    const { watched, card } = await findingOf('D03', 'order');
    await using _ = watched;
    const text = await card.innerText();
    expect(text).toContain('The trace does not go on in the called service');
    expect(text).toContain(
      '1 call of order to user ended at the client span, and user began a new trace for each, e.g. GET /users/1.',
    );
    expect(text).toContain('OTEL_PROPAGATORS');
    const { traceId, span } = await follow(watched, card, 'GET');
    expect(traceId).toBe(broken);
    expect(span).toMatch(/GET\s+order/);
    const rows = await watched.page.getByRole('treegrid', { name: 'Spans' }).getByRole('row').allInnerTexts();
    expect(rows.filter((row) => /\suser\s/.test(row))).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  it('are on the first page, which leads to the doctor', async () => {
    await using watched = await openPage(browser, dashboard.pageOf('/'));
    const { page } = watched;
    const list = page.getByRole('region', { name: 'Findings' });
    for (const rule of ['D01', 'D03', 'D08']) await list.getByText(rule, { exact: true }).waitFor();
    await list.getByRole('link', { name: 'What to do about them' }).click();
    await page.getByRole('heading', { name: 'Doctor', level: 1 }).waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it('are left out once they are ignored, and come back', async () => {
    const { watched, card } = await findingOf('D01', 'unknown_service:node');
    await using _ = watched;
    const { page } = watched;
    await card.getByRole('button', { name: 'Ignore', exact: true }).click();
    await card.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Ignored (1)' }).click();
    await card.getByRole('button', { name: 'Do not ignore any more' }).click();
    await page.getByRole('button', { name: 'Ignored (0)' }).click();
    await card.waitFor();
    expect(watched.complaints).toEqual([]);
  });
});
