import { sharedInstallation } from './shared.installation.js';

const waiting = new Set<() => Promise<void>>();

const listen = sharedInstallation(() => {
  // Once, since what runs then gives Node something to do again.
  const listener = (): void => {
    for (const act of waiting) void act();
  };
  process.once('beforeExit', listener);
  return () => process.off('beforeExit', listener);
});

/**
 * Acts when the program has nothing left to do and ends without a word to its application: nobody called `app.close()`.
 * However many applications there are, there is one listener. Returns how to take that back.
 */
export function beforeQuietEnd(act: () => Promise<void>): () => void {
  waiting.add(act);
  const stop = listen();
  return () => {
    waiting.delete(act);
    stop();
  };
}
