import { describe, expect, it } from 'vitest';
import { resolveSpanHygiene } from './span-hygiene.js';

describe('Spans that are never ended', () => {
  it.each([
    ['development', false, true],
    ['dev', false, true],
    ['local', false, true],
    ['production', true, false],
    ['test', true, false],
    [undefined, true, true],
    [undefined, false, false],
  ])('in the environment %s, at a terminal: %s, are explained: %s', (environment, isTerminal, explain) => {
    expect(resolveSpanHygiene({}, environment, isTerminal)).toEqual({
      openMillis: explain ? 60_000 : 300_000,
      explain,
      announceMillis: undefined,
    });
  });

  it('are not looked for where that was switched off', () => {
    expect(resolveSpanHygiene({ enabled: false }, 'development', true)).toBeUndefined();
  });

  it('are looked for as the options say', () => {
    const options = { openMillis: 1000, explain: true, announceMillis: 500 };
    expect(resolveSpanHygiene(options, 'production', false)).toEqual(options);
  });
});
