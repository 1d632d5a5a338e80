import { describe, expect, it } from 'vitest';
import { lineOf, textOf } from './log.text.ts';

describe('the line of a log record', () => {
  it('is one line, whatever was written', () => {
    expect(lineOf('failed\n    at a.ts:1\n    at b.ts:2')).toBe('failed ↵ at a.ts:1 ↵ at b.ts:2');
  });

  it('begins with the message of a structured record', () => {
    expect(lineOf({ count: 12, message: 'served', cache: 'hit' })).toBe('served {"count":12,"cache":"hit"}');
    expect(lineOf({ msg: 'only this' })).toBe('only this');
  });

  it('shows any other body as JSON', () => {
    expect(lineOf({ a: [1] })).toBe('{"a":[1]}');
    expect(lineOf([1, 2])).toBe('[1,2]');
    expect(lineOf(null)).toBe('null');
    expect(lineOf(3)).toBe('3');
  });

  it('has no character that cannot be seen, at any depth', () => {
    const hidden = String.fromCodePoint(0x20_2e);
    expect(lineOf({ message: 'a', [`k${hidden}`]: hidden })).not.toContain(hidden);
    expect(textOf({ message: hidden })).not.toContain(hidden);
  });
});
