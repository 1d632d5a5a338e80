import { describe, expect, it } from 'vitest';
import { unsafePattern } from '../../pattern.safety.js';
import { createRedactor } from './standard.redactor.js';

describe('A pattern of the user', () => {
  it.each([
    /E-\d{6}/,
    /\bCUST[0-9]+\b/i,
    /[^\s@]+@corp/,
    /[^\s@]+@[^\s@.]+\.[^\s@]+/,
    /(?:acct|account)-[0-9a-f]{8,32}/,
    /^user:(?<name>[a-z]+)$/,
    /\u{1f600}[a-z]?/u,
    /[(|)]+x/,
  ])('may be %s', (pattern) => {
    expect(unsafePattern(pattern)).toBeUndefined();
  });

  it.each([
    /(a+)+$/,
    /(a*)*b/,
    /(a|a)*b/,
    /(a|aa)+$/,
    /([a-z]+)*\d/,
    /(a{1,200}){1,200}b/,
    /\d+\d+x/,
    /.*.*=/,
    /\w+\s*\w+!/,
    /(x+x+)+y/,
    /(\w)\1+/,
    /(?=a)b/,
    /(?<!a)b/,
    /(?:a?){50}a{50}/,
  ])('may not be %s', (pattern) => {
    expect(unsafePattern(pattern)).toBeTypeOf('string');
    expect(() => createRedactor({ values: { own: pattern } })).toThrow(/NT_REDACTION_PATTERN_UNSAFE/);
  });

  it('is harmless over texts that were made for it', () => {
    for (const pattern of [/[a-z]+!/, /[^\s@]+@[^\s@.]+\.[^\s@]+/, /\d+x/]) {
      const { redactor } = createRedactor({ values: { own: pattern } });
      const before = process.cpuUsage();
      for (const text of ['a'.repeat(30_000), 'a@a.'.repeat(7500), '1'.repeat(30_000)])
        redactor.text(text, 'log');
      const used = process.cpuUsage(before);
      expect((used.user + used.system) / 1000).toBeLessThan(1000);
    }
  });
});
