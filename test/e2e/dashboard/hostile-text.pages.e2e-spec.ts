import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing, startChromium } from './chromium.js';
import { DashboardProgram, temporaryFolder } from './dashboard.program.js';
import { PATIENCE } from './patience.js';
import { HOSTILE, HOSTILE_TRACE, sendHostile } from './sent.hostile.js';
import { openPage } from './watched.page.js';

const skipped = chromiumMissing !== undefined && process.env['REQUIRE_SERVICES'] !== '1';
const why = skipped ? ` (skipped: ${chromiumMissing})` : '';

/** The state of a page is in its address, which others write, too. */
const [service = '', sort = '', last = '', span = ''] = HOSTILE;
const asked = new URLSearchParams({ service, sort, last, span });

/** What a text that was taken for something else would have left on a page; nothing that the page has of its own. */
function traces(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Found {
      readonly outerHTML: string;
    }
    const { document, hacked } = globalThis as unknown as {
      readonly document: { querySelectorAll(selector: string): Iterable<Found> };
      readonly hacked?: unknown;
    };
    const selector =
      'img, iframe, object, embed, math, base, [onload], [onerror], [onfocus], [onmouseover], [srcdoc], body script, body link, body style, a[href^="javascript:"], a[href^="data:"], form[action]';
    const found = [...document.querySelectorAll(selector)].map(({ outerHTML }) => outerHTML.slice(0, 200));
    return hacked === undefined ? found : [...found, 'a script ran'];
  });
}

describe.skipIf(skipped)(
  `${HOSTILE.length} hostile texts in every field, in the dashboard${why}`,
  PATIENCE.test,
  () => {
    const resources = new AsyncDisposableStack();
    let browser: Browser;
    let dashboard: DashboardProgram;

    beforeAll(async () => {
      const folder = resources.use(temporaryFolder());
      dashboard = resources.use(await DashboardProgram.start(folder.path));
      await sendHostile(dashboard.otlpHttp);
      await dashboard.json(`/api/traces/${HOSTILE_TRACE}?waitFor=${HOSTILE.length * 3}&timeoutMs=20000`);
      await dashboard.change(
        '/api/settings',
        JSON.stringify({ mute: `${HOSTILE[0]} ${HOSTILE[1]} ${HOSTILE[2]}` }),
      );
      browser = await startChromium();
      resources.defer(() => browser.close());
    }, 60_000);
    afterAll(() => resources.disposeAsync());

    it.each([
      ['the overview', '/'],
      ['the traces', '/traces'],
      ['what an address asks for', `/traces?${asked.toString()}`],
      ['the routes', '/routes'],
      ['the map', '/map?last=run'],
      ['the map as a table', '/map?last=run&view=table'],
      ['the logs', '/logs'],
      ['the metrics', '/metrics'],
      ['the doctor', '/doctor'],
      ['the settings', '/settings'],
      ['the lifecycle of a request', `/traces/${HOSTILE_TRACE}?tab=lifecycle`],
      ['the logs of a trace', `/traces/${HOSTILE_TRACE}?tab=logs`],
      ['a trace as JSON', `/traces/${HOSTILE_TRACE}?tab=json`],
    ])('are text on the page of %s', async (_, path) => {
      await using watched = await openPage(browser, dashboard.pageOf(path));
      const { page } = watched;
      await page
        .getByText(/hacked/)
        .filter({ visible: true })
        .first()
        .waitFor();
      expect(await traces(page)).toEqual([]);
      expect(watched.complaints).toEqual([]);
    });

    it('are text in every span that is looked at, and in the trace as a test', async () => {
      await using watched = await openPage(browser, dashboard.pageOf(`/traces/${HOSTILE_TRACE}`));
      const { page } = watched;
      await page.getByRole('treegrid', { name: 'Spans' }).getByRole('row').first().waitFor();
      const panel = page.getByRole('complementary', { name: 'Span' });
      for (let index = 0; index < HOSTILE.length * 3; index += 1) {
        await page.keyboard.press('j');
        await page.waitForURL(/span=/);
        await panel
          .getByText(/hacked|evil/)
          .first()
          .waitFor();
        expect(await traces(page)).toEqual([]);
      }
      await page.getByRole('button', { name: 'Copy as test' }).click();
      await page.getByLabel('Code of the test').waitFor();
      expect(await traces(page)).toEqual([]);
      expect(watched.complaints).toEqual([]);
    });

    it('are text in every log record and every metric that is looked at', async () => {
      await using watched = await openPage(browser, dashboard.pageOf('/logs'));
      const { page } = watched;
      await page.getByRole('grid', { name: 'Logs' }).getByRole('row').nth(1).waitFor();
      for (let index = 0; index < HOSTILE.length * 2; index += 1) {
        await page.keyboard.press('j');
        await page.getByRole('complementary', { name: 'Log record' }).waitFor();
        expect(await traces(page)).toEqual([]);
      }
      for (const text of HOSTILE) {
        const parameters = new URLSearchParams({ service: text, name: text });
        await page.goto(`${dashboard.origin}/metrics?${parameters.toString()}`);
        await page.getByRole('heading', { name: 'Exemplars' }).waitFor();
        expect(await traces(page)).toEqual([]);
      }
      expect(watched.complaints).toEqual([]);
    });
  },
);
