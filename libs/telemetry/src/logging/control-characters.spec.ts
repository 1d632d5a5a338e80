import { describe, expect, it } from 'vitest';
import { escapeControlCharacters, escapeControlCharactersInJson } from './control-characters.js';

const ALL_OF_UNICODE_BMP = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).filter(
  (character) => !/[\ud800-\udfff]/.test(character),
);
// Written with Unicode properties, not with the ranges of the code: controls, line and paragraph separators, and
// the marks that change direction.
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

describe('control characters', () => {
  it('are escaped wherever they are, and nothing else is', () => {
    for (const character of ALL_OF_UNICODE_BMP) {
      const escaped = escapeControlCharacters(`a${character}b`);
      expect(UNSAFE.test(escaped)).toBe(false);
      expect(escaped === `a${character}b`).toBe(!UNSAFE.test(character));
    }
  });

  it('are escaped in JSON without changing what it says', () => {
    const text = ALL_OF_UNICODE_BMP.join('');
    const json = escapeControlCharactersInJson(JSON.stringify({ [text]: text }));
    expect(UNSAFE.test(json)).toBe(false);
    expect(JSON.parse(json)).toEqual({ [text]: text });
  });

  it('are shown in a form people know', () => {
    expect(escapeControlCharacters('a\nb\r\tc\u001b[2J')).toBe('a\\nb\\r\\tc\\u001b[2J');
  });
});
