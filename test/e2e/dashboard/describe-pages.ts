import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { DashboardProgram } from './dashboard.program.js';
import { openPage, type Theme } from './watched.page.js';

/** Kept after the run, to be looked at. */
const SCREENSHOTS = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'dashboard-pages');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const THEMES: readonly Theme[] = ['light', 'dark'];

/** A page as it is looked at. */
export interface PageLook {
  readonly name: string;
  /** Path with query; a function where it is only known when the test runs. */
  readonly path: string | (() => string);
  /** A text that is there when the page is. */
  readonly shows: string;
}

/** Keeps what a page looks like at this moment. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name.replaceAll(/[^\w.]+/g, '-')}.png`) });
}

/** What axe has against a page as it is at this moment. */
export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
  );
}

/** What holds for every page, in both themes: it can be read by anybody, nothing fails, and nobody else is asked. */
export function describePages(
  looks: readonly PageLook[],
  given: () => { readonly browser: Browser; readonly dashboard: DashboardProgram },
): void {
  describe.each(looks)('$name', ({ name, path, shows }) => {
    it.each(THEMES)('is accessible and quiet in the %s theme', async (theme) => {
      const { browser, dashboard } = given();
      const target = dashboard.pageOf(typeof path === 'string' ? path : path());
      await using watched = await openPage(browser, target, theme);
      const { page, complaints } = watched;
      await page.getByText(shows).filter({ visible: true }).first().waitFor();
      await keepScreenshot(page, `${name}.${theme}`);
      expect(await violationsOn(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });
}
