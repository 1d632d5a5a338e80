import { describe, expect, it } from 'vitest';
import { hostileValues } from './hostile-values.spec-helper.js';
import { safeJson } from './safe-json.js';

const parsed = (value: unknown): unknown => JSON.parse(safeJson(value) ?? 'null');

describe('safeJson', () => {
  it.each([
    [{ a: 1, b: 'two', c: [true, null, { d: -0.5 }] }],
    ['quotes " and \\ and \u0001'],
    [[undefined, () => 1, 'kept']],
    [{ gone: undefined, alsoGone: () => 1, kept: 1 }],
    [{ date: new Date(0), nested: { toJSON: (key: string) => ({ key }) }.toJSON('x') }],
    [JSON.parse('{"__proto__":{"a":1},"constructor":2}')],
    [{ '': 1, 'a"b': 2, '\n': 3 }],
    [[]],
    [{}],
    [{ deep: { er: { still: { fine: [[[[1]]]] } } } }],
  ])('writes ordinary values as JSON.stringify does: %j', (value) => {
    expect(safeJson(value)).toBe(JSON.stringify(value));
  });

  it('keeps what JSON.stringify loses or refuses', () => {
    const value = {
      big: 10n,
      nan: Number.NaN,
      symbol: Symbol('s'),
      map: new Map([['a', 1]]),
      set: new Set([1, 2]),
    };
    expect(parsed(value)).toEqual({ big: '10', nan: 'NaN', symbol: 'Symbol(s)', map: { a: 1 }, set: [1, 2] });
    expect(parsed(new Map<unknown, unknown>([[1, 'one']]))).toEqual([[1, 'one']]);
    expect(parsed(Buffer.from('secret'))).toBe('[Buffer: 6 bytes]');
  });

  it('writes errors inside of values as data, without asking their toJSON', () => {
    const error = Object.assign(new RangeError('late', { cause: 'clock' }), {
      code: 'E_LATE',
      config: { headers: { authorization: 'only toJSON tells' } },
      toJSON: () => ({ authorization: 'only toJSON tells' }),
    });
    const text = safeJson({ error });
    expect(JSON.parse(text ?? '')).toMatchObject({
      error: {
        type: 'RangeError',
        message: 'late',
        attributes: { code: 'E_LATE' },
        cause: { message: 'clock' },
      },
    });
    expect(text).not.toContain('only toJSON tells');
  });

  it('marks a cycle, and writes what is merely shared', () => {
    const shared = { x: 1 };
    const value: Record<string, unknown> = { first: shared, second: shared };
    value['self'] = value;
    expect(parsed(value)).toEqual({ first: { x: 1 }, second: { x: 1 }, self: '[circular]' });
  });

  it('loses one property to a throwing getter, not the rest', () => {
    const value = {
      before: 1,
      get bad(): never {
        throw new Error('no');
      },
      after: 2,
    };
    expect(parsed(value)).toEqual({ before: 1, bad: '[unreadable]', after: 2 });
  });

  it('stops ten levels down', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 'bottom' : [nested(levels - 1)]);
    expect(safeJson(nested(10))).toContain('bottom');
    expect(safeJson(nested(11))).toBe(`${'['.repeat(10)}"[too deep]"${']'.repeat(10)}`);
  });

  it('says how much it left out', () => {
    expect(parsed('x'.repeat(40_000))).toMatch(/x…\[7232 characters cut\]$/);
    expect((parsed(Array.from({ length: 5_000 }, () => 1)) as unknown[]).at(-1)).toMatch(/^… \d+ more$/);
  });

  it.each(hostileValues())('writes bounded, valid JSON for %s', (_name, value) => {
    for (const given of [value, { value }, [value, value]]) {
      const text = safeJson(given);
      expect((text ?? '').length).toBeLessThan(1_000_000);
      expect(() => JSON.parse(text ?? 'null')).not.toThrow();
    }
  });
});
