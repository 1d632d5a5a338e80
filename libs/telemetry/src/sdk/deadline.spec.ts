import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { finishesWithin } from './deadline.js';

describe('finishesWithin', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is true for work that is done in time, also when it failed, and leaves no timer', async () => {
    expect(await finishesWithin(1000, Promise.resolve())).toBe(true);
    expect(await finishesWithin(1000, Promise.reject(new Error('refused')))).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is false when the time is over, and the failure that comes later hurts nobody', async () => {
    const work = new Promise<void>((_resolve, reject) => {
      setTimeout(reject, 5000, new Error('much later'));
    });
    const result = finishesWithin(1000, work);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await result).toBe(false);
    await vi.advanceTimersByTimeAsync(5000);
  });
});
