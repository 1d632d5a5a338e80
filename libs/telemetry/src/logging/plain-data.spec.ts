import { encodeLogs } from '@nest-telemetry/otlp';
import { describe, expect, it } from 'vitest';
import { hostileValues } from './hostile-values.spec-helper.js';
import { plainAttributes, plainData } from './plain-data.js';

function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'function' && typeof value !== 'symbol';
  if (depth > 12) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === Array.prototype) &&
    Object.values(value).every((each) => isPlain(each, depth + 1))
  );
}

describe('plain data', () => {
  it.each(hostileValues())('is bounded, and can be encoded, for %s', (_name, value) => {
    const copies = [plainData(value), plainAttributes({ value, nested: [{ value }] })];
    for (const copy of copies) {
      expect(isPlain(copy)).toBe(true);
      const request = encodeLogs([
        {
          hrTime: [1, 0],
          hrTimeObserved: [1, 0],
          body: copy,
          attributes: {},
          droppedAttributesCount: 0,
          resource: { attributes: {} },
          instrumentationScope: { name: 'spec' },
        },
      ]);
      expect(request.length).toBeGreaterThan(0);
    }
  });

  it('leaves out attributes that are nothing, and keeps a key named __proto__', () => {
    const attributes = JSON.parse('{"__proto__":{"polluted":true},"a":1}') as Record<string, unknown>;
    const copy = plainAttributes({ ...attributes, f: () => 1, u: undefined });
    expect(Object.keys(copy)).toEqual(['__proto__', 'a']);
    expect((copy as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('refuses nothing of a shared structure, but says when it goes round', () => {
    const shared = { a: 1 };
    const cycle: Record<string, unknown> = { shared, again: shared };
    cycle['self'] = cycle;
    expect(plainData(cycle)).toEqual({ shared: { a: 1 }, again: { a: 1 }, self: '[circular]' });
  });
});
