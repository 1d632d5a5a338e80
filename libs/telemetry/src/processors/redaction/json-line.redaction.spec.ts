import { describe, expect, it } from 'vitest';
import { Dice } from '../../sdk/tracer/random-calls.spec-helper.js';
import type { RedactionOptions } from '../../telemetry.options.js';
import { cleanValues } from './clean-values.spec-helper.js';
import { SecretMaker } from './secrets.spec-helper.js';
import { createRedactor } from './standard.redactor.js';

const SEED = Number(process.env['REDACTION_SEED'] ?? Date.now() % 1_000_000_007);
/** Of objects within one another: what is too deep for values is not too deep for lines. */
const DEPTH = 2;
const readError = (error: Error) => ({ message: error.message });

/** Objects as applications log them, with secrets and clean values in them. */
class LineMaker {
  readonly #dice = new Dice(SEED);
  readonly #secrets = new SecretMaker(SEED).make(300);
  readonly #clean = cleanValues(SEED, 300);

  object(depth = 0): Record<string, unknown> {
    return Object.fromEntries(Array.from({ length: 1 + this.#dice.below(5) }, () => this.#field(depth)));
  }

  #field(depth: number): [string, unknown] {
    const name = `f${this.#dice.below(1000)}x`;
    if (depth < DEPTH && this.#dice.chance(0.2)) return [name, this.object(depth + 1)];
    if (depth < DEPTH && this.#dice.chance(0.1))
      return [name, [this.#value(), this.#value(), this.object(depth + 1)]];
    if (this.#dice.chance(0.1)) return [this.#dice.pick(['password', 'token', 'apiKey', 'pin']), this.#odd()];
    const secret = this.#dice.pick(this.#secrets);
    if (this.#dice.chance(0.3)) return [secret.name ?? name, secret.value];
    return [name, this.#value()];
  }

  #value(): unknown {
    const secret = this.#dice.pick(this.#secrets);
    return this.#dice.chance(0.3)
      ? `line "one"\n${secret.name === undefined ? '' : `${secret.name}=`}${secret.value} \\ é\u2028`
      : this.#dice.pick(this.#clean).value;
  }

  #odd(): unknown {
    return this.#dice.pick<unknown>([
      1,
      -2.5,
      true,
      null,
      '',
      [],
      {},
      [1],
      ['a', 'b'],
      { a: ']"}' },
      [[{ b: '"' }], 2],
      '[redacted:password]',
      ['[redacted:token]'],
    ]);
  }
}

describe(`A line of JSON (REDACTION_SEED=${SEED})`, () => {
  it.each<[string, RedactionOptions]>([
    ['the standard rules', {}],
    ['pseudonyms', { strategy: 'pseudonym', pseudonymKey: 'a key of the user' }],
    ['names that are allowed', { allow: ['apiKey', 'f1x'] }],
    ['rules that are off', { keys: { password: false }, values: { card: false, email: 'mask' } }],
  ])('says what the object it was made of would, by %s', (_name, options) => {
    const { redactor } = createRedactor(options);
    const lines = new LineMaker();
    for (let count = 0; count < 1500; count++) {
      const line = JSON.stringify(lines.object());
      const shown = redactor.jsonLine(`${line}\n`);
      const expected = JSON.stringify(redactor.value(JSON.parse(line), 'log', readError));
      expect(shown).toBe(`${expected}\n`);
      expect(redactor.jsonLine(shown)).toBe(shown);
    }
  });

  it('is JSON still when fields are dropped from it', () => {
    const { redactor } = createRedactor({ strategy: 'drop' });
    const lines = new LineMaker();
    for (let count = 0; count < 1500; count++) {
      const object = lines.object();
      const shown = JSON.parse(redactor.jsonLine(JSON.stringify(object))) as object;
      expect(Object.keys(object)).toEqual(expect.arrayContaining(Object.keys(shown)));
      expect(shown).not.toHaveProperty('password', expect.stringMatching(/^[^[]/));
    }
  });

  it.each(['{"password":"hunter2', '{"a":"\\', '{"password":', '{"a":"ada@example.com"', '{', '', '\n'])(
    'that is over too early tells nothing: %j',
    (line) => {
      const shown = createRedactor().redactor.jsonLine(line);
      expect(shown).not.toMatch(/hunter2|ada@/);
      expect(shown.endsWith('\n')).toBe(line.endsWith('\n'));
    },
  );
});
