import { describe, expect, it } from 'vitest';
import { ExpiringValue } from './expiring-value.js';

describe('ExpiringValue', () => {
  it('keeps a value for its time and no longer', () => {
    let now = 1000;
    const value = new ExpiringValue<string>(50, () => now);
    expect(value.get()).toBeUndefined();
    value.set('fresh');
    now = 1049;
    expect(value.get()).toBe('fresh');
    now = 1050;
    expect(value.get()).toBeUndefined();
  });
});
