import { describe, expect, it } from 'vitest';
import { FORGERIES } from './hostile-values.spec-helper.js';
import { loggerWithLines } from './logger-with-lines.spec-helper.js';

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

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

  it('arrives unchanged at a reader of the JSON', () => {
    const { logger, objects } = loggerWithLines();
    for (const text of FORGERIES) logger.log(text);
    expect(objects().map((line) => line['message'])).toEqual(FORGERIES);
  });
});
