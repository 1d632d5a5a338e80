import { describe, expect, it } from 'vitest';
import { Dice } from '../../sdk/tracer/random-calls.spec-helper.js';
import { cleanValues } from './clean-values.spec-helper.js';
import { HOSTILE_PARTS, hostileText } from './hostile-texts.spec-helper.js';
import { coreOf, formsOf, SecretMaker } from './secrets.spec-helper.js';
import { createRedactor } from './standard.redactor.js';

const SEED = Number(process.env['REDACTION_SEED'] ?? Date.now() % 1_000_000_007);

/** What promises a secret and keeps none, and takes no other one into itself. */
const PARTS = HOSTILE_PARTS.filter((part) => !/["\\(={>:]|BEGIN|\*/.test(part));

describe(`Secrets in the midst of what only looks like one (REDACTION_SEED=${SEED})`, () => {
  const { redactor } = createRedactor();
  const dice = new Dice(SEED);
  const noise = (): string => hostileText(dice.pick(PARTS), 1 + dice.below(60));

  it('are all found, several in one text', () => {
    const secrets = new SecretMaker(SEED).make(1000);
    for (let from = 0; from < secrets.length; from += 5) {
      const planted = secrets.slice(from, from + 5);
      const text = planted
        .map(({ name, value }) => `${noise()} ; ${name === undefined ? '' : `${name}=`}${value} ; ${noise()}`)
        .join('\n');
      const shown = redactor.text(text, 'log');
      for (const secret of planted)
        for (const form of formsOf(coreOf(secret)))
          expect(shown.includes(form) ? `${secret.kind} in ${JSON.stringify(text)}` : '').toBe('');
    }
  });

  it('are found in base64, one line of many', () => {
    const clean = cleanValues(SEED, 200)
      .map(({ value }) => `the value is ${String(value)}`)
      .filter((text) => redactor.text(text, 'log') === text);
    expect(clean.length).toBeGreaterThan(100);
    const encoded = (text: string): string => Buffer.from(text).toString('base64');
    const shown = redactor.text(
      [...clean.slice(0, 40), 'mail to ada@example.com', ...clean.slice(40, 80)].map(encoded).join(' '),
      'log',
    );
    expect(shown).not.toContain(encoded('mail to ada@example.com').slice(0, 20));
    expect(shown.match(/\[redacted:base64\]/g)).toHaveLength(1);
  });
});

describe('Keys of vendors', () => {
  it.each(['+', '&', '/', '\n', 'é', '%20', '"'])('are found after %j in the beginning of a text', (sign) => {
    expect(createRedactor().redactor.text(`${sign}AKIAIOSFODNN7EXAMPLE`, 'log')).toBe(
      `${sign}[redacted:cloud_key]`,
    );
  });
});

describe('Base64', () => {
  it('is found behind the padding of another one', () => {
    const text = 'cGFzc3dvcmQ9aHVudGVyMg==cGFzc3dvcmQ9aHVudGVyMg==';
    expect(createRedactor().redactor.text(text, 'log')).toBe('[redacted:base64][redacted:base64]');
  });

  it('is read to its end, however long it is', () => {
    const text = Buffer.from(`${'nothing here '.repeat(1500)} ada@example.com`).toString('base64');
    expect(createRedactor().redactor.text(text, 'log')).toBe('[redacted:base64]');
  });
});
