import { setTimeout as delay } from 'node:timers/promises';

/** Repeats until it is satisfied; the last failure is the one that is told. */
export async function eventually<T>(look: () => Promise<T>, seconds = 45): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(500);
    }
  }
}
