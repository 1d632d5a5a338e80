import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FOLDER = join(ROOT, 'docs', 'pictures');
/** In pixels. */
const WIDTH = 1100;

export const README = join(ROOT, 'README.md');

/**
 * Takes a picture of a page for the README. It is written to `docs/pictures` with `README_PICTURES=1` only, as times and ids
 * are different every time.
 *
 * @returns bytes of the picture that was taken, and of the one that is shown
 */
export async function pictureOf(
  page: Page,
  name: string,
  height: number,
): Promise<{ readonly taken: number; readonly shown: number }> {
  await page.setViewportSize({ width: WIDTH, height });
  // Chromium makes WebP, but Playwright does not ask for it.
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 });
  const picture = Buffer.from(data, 'base64');
  const file = join(FOLDER, `${name}.webp`);
  if (process.env['README_PICTURES'] === '1') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, picture);
  }
  return { taken: picture.length, shown: statSync(file).size };
}
