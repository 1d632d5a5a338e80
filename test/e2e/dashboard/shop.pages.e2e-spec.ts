import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing, startChromium } from './chromium.js';
import { DashboardProgram, temporaryFolder } from './dashboard.program.js';
import { describePages, keepScreenshot, violationsOn } from './describe-pages.js';
import { PATIENCE } from './patience.js';
import { sendShop, SHOP } from './sent.shop.js';
import { openPage, type WatchedPage } from './watched.page.js';

const skipped = chromiumMissing !== undefined && process.env['REQUIRE_SERVICES'] !== '1';

const why = skipped ? ` (skipped: ${chromiumMissing})` : '';

describe.skipIf(skipped)(`A shop in the dashboard${why}`, PATIENCE.test, () => {
  const resources = new AsyncDisposableStack();
  let browser: Browser;
  let dashboard: DashboardProgram;

  const open = (path: string): Promise<WatchedPage> => openPage(browser, dashboard.pageOf(path));

  beforeAll(async () => {
    const folder = resources.use(temporaryFolder());
    dashboard = resources.use(await DashboardProgram.start(folder.path));
    await sendShop(dashboard.otlpHttp);
    await dashboard.json(`/api/traces/${SHOP.traceId}?waitFor=2&timeoutMs=20000`);
    browser = await startChromium();
    resources.defer(() => browser.close());
  }, 60_000);
  afterAll(() => resources.disposeAsync());

  describePages(
    [
      { name: 'routes', path: '/routes', shows: 'OrdersController' },
      { name: 'map', path: '/map', shows: 'Fit' },
      { name: 'map as a table', path: '/map?view=table', shows: 'postgresql shop' },
      { name: 'logs', path: '/logs', shows: 'payment declined' },
      { name: 'metrics', path: '/metrics', shows: 'no trace' },
      { name: 'percentiles', path: '/metrics?view=percentiles', shows: 'p95' },
      { name: 'doctor', path: '/doctor', shows: 'Ignored (' },
      { name: 'settings', path: '/settings', shows: 'Send telemetry here' },
    ],
    () => ({ browser, dashboard }),
  );

  it('lists every declared route with its calls, the one never called, and what matched none', async () => {
    await using watched = await open('/routes');
    const row = (text: string) => watched.page.getByRole('row').filter({ hasText: text });
    await row('/orders/:id').getByText('never called').waitFor();
    expect(await row('place').innerText()).toMatch(/POST\s*\/orders\s+place\s.*Jwt.*\s1\s+100 %/s);
    expect(await row('any path').innerText()).toMatch(/GET\s*any path\s.*\s1\s+0 %/s);
    expect(await watched.page.getByRole('main').innerText()).toContain('50.0 % of 2 declared routes called');
  });

  it('leads from a route, and from a call on the map, to its traces', async () => {
    await using watched = await open('/routes');
    await watched.page.getByRole('link', { name: '/orders', exact: true }).click();
    await watched.page.getByRole('grid', { name: 'Traces' }).getByText('POST /orders').waitFor();
    await watched.page.goto(`${dashboard.origin}/map`);
    const call = watched.page.getByRole('link', { name: /shop to database postgresql shop: .* 0 % errors/ });
    await call.focus();
    await watched.page.keyboard.press('Enter');
    await watched.page.getByRole('grid', { name: 'Traces' }).getByText('POST /orders').waitFor();
    expect(watched.complaints).toEqual([]);
  });

  it('shows a log line as text, and leads to its span', async () => {
    await using watched = await open('/logs?severity=17');
    await watched.page.getByRole('grid', { name: 'Logs' }).getByText('payment declined').click();
    const detail = watched.page.getByRole('complementary', { name: 'Log record' });
    const text = await detail.getByLabel('Message').innerText();
    await keepScreenshot(watched.page, 'log record.light');
    expect(await violationsOn(watched.page)).toEqual([]);
    expect(text).toBe(String.raw`payment declined <img src=x onerror="globalThis.hacked=1">\x07`);
    expect(await watched.page.evaluate(() => Reflect.get(globalThis, 'hacked') as unknown)).toBeUndefined();
    await detail.getByRole('button', { name: 'Only records with this order.id' }).click();
    await watched.page.waitForURL(/q=order\.id/);
    await watched.page.getByRole('grid', { name: 'Logs' }).getByText('payment declined').click();
    await detail.getByRole('link', { name: 'Open span' }).click();
    await watched.page.waitForURL(`**/traces/${SHOP.traceId}?span=${SHOP.spanId}`);
    expect(watched.complaints).toEqual([]);
  });

  it('leads from an exemplar to its trace, and says where there is none', async () => {
    await using watched = await open('/metrics');
    await watched.page.getByText('no trace', { exact: true }).waitFor();
    await watched.page.locator('a[aria-label^="Trace of 40.0 ms"]').click();
    await watched.page.waitForURL(`**/traces/${SHOP.traceId}?span=${SHOP.spanId}`);
    expect(watched.complaints).toEqual([]);
  });

  it('says so when there is nothing to draw, as nothing came in between two exports', async () => {
    await using watched = await open('/metrics?service=shop&name=orders.wait');
    await watched.page.getByText('Nothing to draw in this time.').waitFor();
    expect(await watched.page.getByRole('img', { name: /^orders\.wait/ }).count()).toBe(0);
    expect(watched.complaints).toEqual([]);
  });

  it('mutes a route and takes that back', async () => {
    await using watched = await open('/routes');
    await watched.page.getByRole('button', { name: 'Mute POST /orders', exact: true }).click();
    await watched.page.getByText('muted', { exact: true }).waitFor();
    const muted = async (): Promise<readonly string[]> =>
      (await dashboard.json<{ mutedRoutes: readonly string[] }>('/api/settings')).mutedRoutes;
    expect(await muted()).toEqual(['shop POST /orders']);
    await watched.page.goto(`${dashboard.origin}/settings`);
    await watched.page.getByRole('button', { name: 'Unmute shop POST /orders' }).click();
    await watched.page.getByText('None. A route is muted').waitFor();
    expect(await muted()).toEqual([]);
  });

  it('deletes nothing before it has asked', async () => {
    await using watched = await open('/settings');
    await watched.page.getByRole('button', { name: 'Clear …' }).click();
    await watched.page.keyboard.press('Enter');
    const settings = await dashboard.json<{ totals: { traces: number } }>('/api/settings');
    expect(settings.totals.traces).toBe(2);
  });
});
