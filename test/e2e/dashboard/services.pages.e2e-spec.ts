import { readFileSync } from 'node:fs';
import type { Finding, MetricSeriesAnswer, TraceDetail } from '@nest-telemetry/dashboard';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing, startChromium } from './chromium.js';
import { DashboardProgram, temporaryFolder } from './dashboard.program.js';
import { describePages } from './describe-pages.js';
import { DrivenServices, orderOf } from './driven.services.js';
import { eventually, PATIENCE } from './patience.js';
import { pictureOf, README } from './readme.pictures.js';
import { routesOf } from './routes.of-services.js';
import { openPage, type WatchedPage } from './watched.page.js';

const skipped = chromiumMissing !== undefined && process.env['REQUIRE_SERVICES'] !== '1';
const why = skipped ? ` (skipped: ${chromiumMissing})` : '';

const DURATION = 'service=order&name=http.server.request.duration';

type Name = 'user' | 'order';
interface Call {
  readonly service: Name;
  readonly asks: string;
  readonly status: number;
  /** What it counts for; none matches `GET any path`. */
  readonly route: string;
  readonly body?: object;
}

const call = (service: Name, asks: string, status: number, route: string, body?: object): Call => ({
  service,
  asks,
  status,
  route,
  ...(body !== undefined && { body }),
});
const FIRST: readonly Call[] = [
  call('order', 'POST /orders', 201, 'POST /orders', orderOf()),
  call('order', 'POST /orders', 201, 'POST /orders', orderOf()),
  call('order', 'POST /orders', 402, 'POST /orders', orderOf('tok_declined')),
  call('order', 'GET /orders/1', 200, 'GET /orders/:id'),
  call('order', 'GET /orders/999', 404, 'GET /orders/:id'),
  call('order', 'GET /products', 200, 'GET /products'),
  call('order', 'GET /no/such/path', 404, 'GET any path'),
  call('user', 'GET /users/1', 200, 'GET /users/:id'),
  call('user', 'GET /users/500', 500, 'GET /users/:id'),
  call('user', 'POST /users', 201, 'POST /users', { name: 'Ada', email: 'ada@example.org' }),
  call('user', 'POST /users', 400, 'POST /users', { name: '' }),
  // Not traced unless it is asked for, and so not counted.
  call('user', 'GET /health', 200, ''),
];
/** After an export, as a picture is made of what came in between two. */
const LATER: readonly Call[] = [
  call('order', 'GET /products', 200, 'GET /products'),
  call('order', 'GET /products', 200, 'GET /products'),
];
const CALLS = [...FIRST, ...LATER];

/** How often each route of a service is called, by us and by the other service. */
function countsOf(service: Name): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (route: string): void => void counts.set(route, (counts.get(route) ?? 0) + 1);
  for (const each of CALLS) {
    if (each.service === service && each.route !== '') count(each.route);
    // An order is placed for a customer, whom the user service knows.
    if (service === 'user' && each.route === 'POST /orders') count('GET /users/:id');
  }
  return counts;
}

interface ShownRoute {
  readonly route: string;
  readonly handler: string;
  readonly calls: string;
  readonly errors: string;
}

/** The rows of the table of routes, of one service. */
async function shownRoutes(page: Page): Promise<ShownRoute[]> {
  const rows = page.getByRole('region', { name: 'Routes' }).locator('tbody tr');
  await rows.first().waitFor();
  const texts = await rows.evaluateAll((all) =>
    all.map((row) =>
      [...(row as unknown as { cells: Iterable<{ innerText: string }> }).cells].map(({ innerText }) =>
        innerText.trim(),
      ),
    ),
  );
  let controller = '';
  return texts.flatMap(([first = '', handler = '', , calls = '', errors = '']) => {
    if (handler === '') {
      controller = first;
      return [];
    }
    return {
      route: first.replace(/^([A-Z]+)\s*/, '$1 '),
      handler: `${controller}.${handler}`,
      calls,
      errors,
    };
  });
}

describe.skipIf(skipped)(`Both services in the dashboard${why}`, PATIENCE.test, () => {
  const resources = new AsyncDisposableStack();
  const traceIds = new Map<Call, string>();
  let browser: Browser;
  let dashboard: DashboardProgram;
  let services: DrivenServices;
  let orderId: string;

  const open = (path: string): Promise<WatchedPage> => openPage(browser, dashboard.pageOf(path));
  const traceOf = (id: string): Promise<TraceDetail> =>
    dashboard.json<TraceDetail>(`/api/traces/${id}?waitFor=1&timeoutMs=20000`);

  /** Makes a call and keeps the id of its trace. */
  const make = async (each: Call): Promise<void> => {
    const [method = '', path = ''] = each.asks.split(' ');
    const { status, headers } = await services.ask(each.service, path, {
      method,
      ...(each.body !== undefined && { body: each.body }),
    });
    if (status !== each.status) throw new Error(`${each.asks} was answered with ${status}`);
    if (each.route !== '') traceIds.set(each, headers.get('x-trace-id') ?? '');
  };

  beforeAll(async () => {
    const folder = resources.use(temporaryFolder());
    dashboard = resources.use(await DashboardProgram.start(folder.path));
    services = resources.use(await DrivenServices.start(dashboard.otlpHttp));
    for (const each of FIRST) await make(each);
    await eventually('the durations of calls were exported', async () => {
      const { series } = await dashboard.json<MetricSeriesAnswer>(`/api/metrics/series?${DURATION}`);
      return series.some(({ attributes }) => attributes['http.route'] === '/products');
    });
    for (const each of LATER) await make(each);
    [orderId = ''] = traceIds.values();
    await eventually('every trace is whole', async () => {
      const traces = await Promise.all([...traceIds.values()].map(traceOf));
      const missing = traces.filter(({ summary, spans }) => {
        const isOrder = summary.name === 'POST /orders';
        return !summary.rootArrived || (isOrder && !spans.some(({ name }) => name === 'GET /users/:id'));
      });
      const { spans, logs } = await traceOf(orderId);
      const isNoted = spans.some(({ name }) => name === 'process order.created');
      return missing.length === 0 && isNoted && logs.some(({ service }) => service === 'user');
    });
    browser = await startChromium();
    resources.defer(() => browser.close());
  }, 180_000);
  afterAll(() => resources.disposeAsync());

  describePages(
    [
      { name: 'services overview', path: '/', shows: 'Slowest routes' },
      { name: 'services map', path: '/map', shows: 'Fit' },
      { name: 'services routes', path: '/routes', shows: 'OrdersController' },
      { name: 'services waterfall', path: () => `/traces/${orderId}`, shows: 'process-order' },
      {
        name: 'services lifecycle',
        path: () => `/traces/${orderId}?tab=lifecycle`,
        shows: 'TenantInterceptor',
      },
      { name: 'services metrics', path: `/metrics?${DURATION}`, shows: 'Exemplars' },
    ],
    () => ({ browser, dashboard }),
  );

  it('are in one waterfall, from the order to what the other one did about it', async () => {
    await using watched = await open(`/traces/${orderId}`);
    const tree = watched.page.getByRole('treegrid', { name: 'Spans' });
    await tree.getByText('process-order').first().waitFor();
    // Rows that are not in sight are not drawn.
    await watched.page.setViewportSize({ width: 1280, height: 2400 });
    const rowOf = (text: RegExp): Promise<void> => tree.getByRole('row', { name: text }).first().waitFor();
    await rowOf(/^POST \/orders\s+order/);
    await rowOf(/^GET\s+order/);
    await rowOf(/^GET \/users\/:id\s+user/);
    await rowOf(/^process order\.created\s+user/);
    await watched.page.getByRole('button', { name: 'Mark the spans of user' }).click();
    await watched.page.waitForURL(/q=service/);
    expect(watched.complaints).toEqual([]);
  });

  it('list all their routes, each with the calls it had', async () => {
    for (const service of ['user', 'order'] as const) {
      await using watched = await open(`/routes?service=${service}`);
      const shown = await shownRoutes(watched.page);
      const counts = countsOf(service);
      const declared = shown.filter(({ route }) => route !== 'GET any path');
      expect(declared.map(({ route, handler }) => `${route} ${handler}`).toSorted()).toEqual(
        await routesOf(service),
      );
      for (const { route, calls } of shown)
        expect([route, calls]).toEqual([route, String(counts.get(route) ?? 'never called')]);
      const called = shown.filter(({ calls }) => calls !== 'never called');
      expect(called).toHaveLength(counts.size);
      // What is answered with 404 or 402 is no error of the service, 500 is.
      const failing = called.filter(({ errors }) => errors !== '0 %');
      expect(failing.map(({ route, errors }) => [route, errors])).toEqual(
        service === 'user' ? [['GET /users/:id', '20.0 %']] : [],
      );
      expect(watched.complaints).toEqual([]);
    }
  });

  it('lead from a line that one logged to its span and back, within the trace of the other', async () => {
    await using watched = await open(`/traces/${orderId}?tab=logs`);
    const { page } = watched;
    await page.getByRole('row', { name: /User 1 was looked up/ }).click();
    await page.getByRole('button', { name: 'Show span UsersService.get' }).click();
    await page.getByRole('treegrid', { name: 'Spans' }).getByRole('row', { selected: true }).waitFor();
    const panel = page.getByRole('complementary', { name: 'Span' });
    await panel.getByText('user', { exact: true }).first().waitFor();
    await panel.getByRole('button', { name: 'User 1 was looked up' }).click();
    await page.getByRole('row', { name: /User 1 was looked up/, selected: true }).waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it('lead from a line on the page of logs to the trace in which it was logged', async () => {
    await using watched = await open(`/logs?traceId=${orderId}`);
    const { page } = watched;
    await page.getByRole('grid', { name: 'Logs' }).getByText('User 1 was looked up').click();
    const detail = page.getByRole('complementary', { name: 'Log record' });
    await detail.getByRole('link', { name: 'Open span' }).click();
    await page.waitForURL(`**/traces/${orderId}?span=*`);
    const row = page.getByRole('treegrid', { name: 'Spans' }).getByRole('row', { selected: true });
    await row.getByText('UsersService.get').waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it('lead from a dot of a metric to the trace it was measured in', async () => {
    await using watched = await open(`/metrics?${DURATION}`);
    const { page } = watched;
    // Dots may lie upon each other; the last is on top.
    await page.locator('a[aria-label^="Trace of"]').last().click();
    await page.waitForURL(/\/traces\/[0-9a-f]{32}\?span=[0-9a-f]{16}$/);
    const [, traceId = ''] = /traces\/([0-9a-f]+)/.exec(page.url()) ?? [];
    expect([...traceIds.values()]).toContain(traceId);
    const panel = page.getByRole('complementary', { name: 'Span' });
    await panel.getByText('order', { exact: true }).first().waitFor();
    const row = page.getByRole('treegrid', { name: 'Spans' }).getByRole('row', { selected: true });
    expect(await row.innerText()).toMatch(/(GET|POST).*\sorder\s/);
    expect(watched.complaints).toEqual([]);
  });

  it('are on the map, with what the one asks of the other', async () => {
    await using watched = await open('/map?last=run');
    const { page } = watched;
    await page.getByRole('link', { name: /^order to service user: 3 calls, 0 % errors/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('grid', { name: 'Traces' }).getByText('POST /orders').first().waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it('make the doctor name none of the mistakes they do not make', async () => {
    await using watched = await open('/doctor');
    const { page } = watched;
    await page.getByText('Nothing found.').or(page.locator('summary code')).first().waitFor();
    const rules = await page.locator('summary code').allInnerTexts();
    const found = await dashboard.json<readonly Finding[]>('/api/doctor');
    expect(new Set(rules)).toEqual(new Set(found.map(({ rule }) => rule)));
    // Whether spans are short (D16) and calls slow (D09) depends on the machine.
    expect(rules.filter((rule) => !['D09', 'D16'].includes(rule))).toEqual([]);
  });

  it('show what is asked of them on a page that is open', async () => {
    await using watched = await open('/traces');
    const { page } = watched;
    const row = page.getByRole('row', { name: /GET \/inventory/ });
    await page
      .getByRole('row', { name: /POST \/orders/ })
      .first()
      .waitFor();
    expect(await row.count()).toBe(0);
    await services.ask('order', '/inventory');
    await row.waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it('can be looked at page by page with the keyboard alone', async () => {
    await using watched = await open('/');
    const { page } = watched;
    const { keyboard } = page;
    const go = async (key: string, heading: string): Promise<void> => {
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await keyboard.press('g');
      await keyboard.press(key);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    };
    await go('r', 'Routes');
    await page.getByRole('link', { name: '/orders/:id' }).waitFor();
    await keyboard.press('/');
    await keyboard.type('POST OrdersController');
    await page.getByRole('link', { name: '/orders/:id' }).waitFor({ state: 'detached' });
    await keyboard.press('Escape');
    await keyboard.press('j');
    await page.locator('a:focus').getByText('/orders').waitFor();
    await keyboard.press('Enter');
    await page.getByRole('grid', { name: 'Traces' }).getByText('POST /orders').first().waitFor();
    await go('l', 'Logs');
    await page.getByRole('grid', { name: 'Logs' }).getByRole('row').nth(1).waitFor();
    await keyboard.press('j');
    await page.getByRole('complementary', { name: 'Log record' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Log record' }).waitFor({ state: 'detached' });
    await go('m', 'Metrics');
    await go('a', 'Map');
    await go('d', 'Doctor');
    await go('s', 'Settings');
    await go('t', 'Traces');
    expect(watched.complaints).toEqual([]);
  });

  it.each([
    ['trace', () => `/traces/${orderId}`, 'process-order', 800],
    ['routes', () => '/routes', 'OrdersController', 620],
    ['map', () => '/map?last=run', 'Fit', 480],
  ])('are small in the picture of the %s that the README shows', async (name, path, shows, height) => {
    await using watched = await open(path());
    const { page } = watched;
    await page.getByText(shows).filter({ visible: true }).first().waitFor();
    const { taken, shown } = await pictureOf(page, name, height);
    expect(Math.max(taken, shown)).toBeLessThanOrEqual(60_000);
    expect(readFileSync(README, 'utf8')).toContain(`(docs/pictures/${name}.webp)`);
  });
});
