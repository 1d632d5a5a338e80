import { vi } from 'vitest';

/**
 * How long is waited for what must happen. A test goes on as soon as it has; what is slow is a busy machine, and that is
 * no failure.
 */
export const PATIENCE = {
  /** A step on a page; less than a test may take, so that it is said what was waited for. */
  pageMillis: 25_000,
  /** A condition that is looked at again and again. */
  poll: { timeout: 25_000, interval: 100 },
  /** A test of several steps: of a browser, or of programs that are started. */
  test: { timeout: 90_000 },
} as const;

/** Waits for a condition without which there is nothing to look at; says which, if it does not come true. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => {
    if (!(await isSo())) throw new Error(`Not so after ${PATIENCE.poll.timeout} ms: ${what}`);
  }, PATIENCE.poll);
}
