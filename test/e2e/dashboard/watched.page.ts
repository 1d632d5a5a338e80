import type { Browser, Page } from 'playwright-core';
import { PATIENCE } from './patience.js';

export type Theme = 'light' | 'dark';

/** A page of the dashboard of which everything is noted that must not happen. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Lines in the console, errors that nobody caught, and requests to elsewhere. */
  readonly complaints: readonly string[];
}

export async function openPage(browser: Browser, url: string, theme: Theme = 'light'): Promise<WatchedPage> {
  const { origin } = new URL(url);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript((chosen) => localStorage.setItem('nest-telemetry-theme', chosen), theme);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE.pageMillis);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.origin !== origin && !['data:', 'blob:'].includes(asked.protocol))
      complaints.push(`request to ${asked.origin}`);
  });
  await page.goto(url);
  await page.getByRole('main').waitFor();
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}
