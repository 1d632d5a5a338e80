import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));

/** Why pages cannot be looked at: Debian's package is not installed. */
export const chromiumMissing =
  executablePath === undefined
    ? 'chromium is not installed; apt-get install chromium, or set CHROMIUM'
    : undefined;

/** A browser that asks nobody for anything by itself. */
export function startChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(chromiumMissing);
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}
