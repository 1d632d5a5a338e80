import { describe, expect, it } from 'vitest';
import { FORGERIES } from './hostile-values.spec-helper.js';
import { loggerWithLines } from './logger-with-lines.spec-helper.js';

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** Numbers below a bound, the same for the same seed. */
function randomFrom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Any characters, mostly those that do something. */
function randomText(random: (bound: number) => number): string {
  const ranges = [0x20, 0xa0, 0x0700, 0x2070, 0x1_0000] as const;
  return Array.from({ length: 1 + random(30) }, () => {
    const top = ranges[random(ranges.length)] ?? 0x20;
    return String.fromCharCode(top === 0x2070 ? 0x2000 + random(0x70) : random(top));
  }).join('');
}

function namedClass(name: string): unknown {
  class Named {
    id = 1;
  }
  return Object.defineProperty(Named, 'name', { value: name });
}

/** Every place a text from outside can get into a line. */
const PLACES: readonly (readonly [place: string, args: (text: string) => unknown[]])[] = [
  ['the message', (text) => [text, 'Orders']],
  ['the context', (text) => ['placed', text]],
  ['a value', (text) => ['placed', { text }, 'Orders']],
  ['a key', (text) => ['placed', { [text]: 1 }, 'Orders']],
  ['a message object', (text) => [{ [text]: [text] }, 'Orders']],
  ['a symbol', (text) => [Symbol(text), 'Orders']],
  ['an error message', (text) => ['failed', new Error(text), 'Orders']],
  ['an error as the message', (text) => [new Error(text), 'Orders']],
  ['an error name', (text) => ['failed', Object.assign(new Error('x'), { name: text }), 'Orders']],
  ['an error property', (text) => ['failed', Object.assign(new Error('x'), { [text]: text }), 'Orders']],
  ['a cause', (text) => ['failed', new Error('x', { cause: text }), 'Orders']],
  ['a stack', (text) => ['failed', `Error: ${text}\n    at x (/a.js:1:2)`, 'Orders']],
  ['a text taken for a stack', (text) => ['failed', text, 'Orders']],
  ['the name of a class', (text) => [namedClass(text), 'Orders']],
];

describe('a text from outside', () => {
  describe.each(PLACES)('in %s', (_place, args) => {
    it.each(FORGERIES.map((text) => [text]))('makes one JSON line and no control character: %j', (text) => {
      const { logger, lines } = loggerWithLines({ format: 'json', service: { name: text } });
      logger.error(...(args(text) as [unknown]));
      expect(lines).toHaveLength(1);
      expect(lines[0]?.endsWith('}\n')).toBe(true);
      expect(lines[0]?.slice(0, -1)).not.toMatch(UNSAFE);
      expect(() => JSON.parse(lines[0] ?? '')).not.toThrow();
    });

    it.each(FORGERIES.map((text) => [text]))('cannot begin a line or drive the terminal: %j', (text) => {
      const { logger, lines } = loggerWithLines({ format: 'pretty', colors: false, service: { name: text } });
      logger.error(...(args(text) as [unknown]));
      const [, ...further] = (lines[0] ?? '').slice(0, -1).split('\n');
      expect(further.every((line) => line.startsWith('    '))).toBe(true);
      expect(lines.join('').replaceAll('\n', '')).not.toMatch(UNSAFE);
    });
  });

  describe.each(['json', 'pretty'] as const)('made at random, in %s', (format) => {
    const seed = Number(process.env['SEED'] ?? Math.trunc(Math.random() * 2 ** 31));

    it(`never makes a second line and never reaches the terminal (SEED=${seed})`, () => {
      const random = randomFrom(seed);
      for (let run = 0; run < 400; run += 1) {
        const text = randomText(random);
        const { logger, lines } = loggerWithLines({ format, colors: false, service: { name: text } });
        const [, args] = PLACES[random(PLACES.length)] ?? [];
        logger.error(...((args?.(text) ?? []) as [unknown]));
        logger.event(text, { [text]: [text] }, { context: text, message: text, error: new Error(text) });
        expect(lines).toHaveLength(2);
        for (const line of lines) {
          const [, ...further] = line.slice(0, -1).split('\n');
          expect(line.replaceAll('\n', ''), JSON.stringify(text)).not.toMatch(UNSAFE);
          if (format === 'json') expect(further).toEqual([]);
          else expect(further.every((each) => each.startsWith('    '))).toBe(true);
        }
      }
    });
  });

  it('arrives unchanged at a reader of the JSON', () => {
    const { logger, objects } = loggerWithLines();
    for (const text of FORGERIES) logger.log(text);
    expect(objects().map((line) => line['message'])).toEqual(FORGERIES);
  });
});
