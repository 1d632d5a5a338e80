import { sharedInstallation } from './shared.installation.js';

const waiting = new Set<() => Promise<void>>();

function actAll(): void {
  for (const act of waiting) void act();
}

const listen = sharedInstallation(() => {
  // Once, since what runs then gives Node something to do again.
  process.once('beforeExit', actAll);
  return () => process.off('beforeExit', actAll);
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
