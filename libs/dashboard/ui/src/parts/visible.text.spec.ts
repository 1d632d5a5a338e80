import { describe, expect, it } from 'vitest';
import { visibleText } from './visible.text.ts';

const ESCAPE = String.fromCodePoint(0x1b);

describe('text from outside', () => {
  it('loses the colours meant for a terminal', () => {
    expect(visibleText(`${ESCAPE}[1;31mfailed${ESCAPE}[0m at ${ESCAPE}[38;5;208mline 3${ESCAPE}[m`)).toBe(
      'failed at line 3',
    );
  });

  it('loses titles and links of terminals, ended either way', () => {
    const bell = String.fromCodePoint(7);
    expect(visibleText(`a${ESCAPE}]0;title${bell}b${ESCAPE}]8;;http://evil${ESCAPE}\\c`)).toBe('abc');
  });

  it('shows what is left of control characters', () => {
    expect(visibleText(`a${String.fromCodePoint(0, 8, 13, 127, 0x9b)}b`)).toBe(
      String.raw`a\x00\x08\x0D\x7F\x9Bb`,
    );
  });

  it('shows what would turn the reading direction', () => {
    expect(visibleText(`user${String.fromCodePoint(0x20_2e)}nimda`)).toBe(String.raw`user\u202Enimda`);
  });

  it('keeps lines, tabs, letters of every script and emoji', () => {
    const text = 'one\n\ttwo\r\nдва 三 👩‍👩‍👧';
    expect(visibleText(text)).toBe('one\n\ttwo\nдва 三 👩‍👩‍👧');
  });

  it('keeps markup as the text it is', () => {
    expect(visibleText('<img onerror=alert(1)>')).toBe('<img onerror=alert(1)>');
  });
});
