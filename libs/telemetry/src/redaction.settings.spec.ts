import { describe, expect, it } from 'vitest';
import { resolveOptions } from './config/resolve-options.js';
import type { RedactionOptions } from './telemetry.options.js';

const resolve = (redaction: unknown) =>
  resolveOptions(
    { redaction: redaction as RedactionOptions },
    { env: {}, packageInfo: { name: undefined, version: undefined }, isTerminal: false },
  ).redaction;

describe('Options of redaction', () => {
  it('are handed on as they are', () => {
    const values = { own: { pattern: /E-\d{6}/, strategy: 'drop' } };
    expect(resolve({ keys: { phone: false, employeeNumber: 'mask' }, values, allow: ['a.email'] })).toEqual({
      keys: { phone: false, employeeNumber: 'mask' },
      values,
      allow: ['a.email'],
    });
    expect(resolve(undefined)).toEqual({});
  });

  it.each([
    [{ strategy: 'hide' }, /redaction\.strategy/],
    [{ keys: { email: 'no' } }, /redaction\.keys\.email/],
    [{ keys: { '': true } }, /NT_OPTION_INVALID/],
    [{ values: { own: 'E-[0-9]+' } }, /redaction\.values\.own/],
    [
      { values: { own: /(a+)+$/ } },
      /NT_REDACTION_PATTERN_UNSAFE.*redaction\.values\.own.*repeats what repeats/,
    ],
    [{ values: { own: { pattern: /.*.*=/ } } }, /NT_REDACTION_PATTERN_UNSAFE/],
    [{ limits: { depth: 0 } }, /redaction\.limits\.depth.*1 to 100/],
    [{ strategy: 'pseudonym' }, /redaction\.pseudonymKey/],
    [{ values: { email: 'pseudonym' } }, /redaction\.pseudonymKey/],
    [{ patterns: [] }, /patterns/],
  ])('are refused at start where they cannot work: %j', (redaction, message) => {
    expect(() => resolve(redaction)).toThrow(message);
  });

  it('do not show the key of pseudonyms, however bad it is', () => {
    expect(() => resolve({ pseudonymKey: 'too short' })).toThrow(/\[hidden\]/);
  });
});
