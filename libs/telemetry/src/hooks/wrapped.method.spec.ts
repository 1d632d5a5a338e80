import { describe, expect, it } from 'vitest';
import { wrapMethod } from './wrapped.method.js';

const greeter = () => {
  class Greeter {
    greet(name: string): string {
      return `hello ${name}`;
    }
  }
  return Greeter.prototype;
};

const around = (mark: string, owner: object) =>
  wrapMethod(
    owner,
    'greet',
    (original) =>
      function (...args) {
        return `${mark}(${original.apply(this, args) as string})`;
      },
  );

describe('A wrapped method', () => {
  it('keeps its name and length, and is the one that was written when the wrapper is gone', () => {
    const owner = greeter();
    const written = Object.getOwnPropertyDescriptor(owner, 'greet');
    const restore = around('a', owner);
    expect(owner.greet('you')).toBe('a(hello you)');
    expect([owner.greet.name, owner.greet.length]).toEqual(['greet', 1]);
    restore();
    expect(Object.getOwnPropertyDescriptor(owner, 'greet')).toEqual(written);
  });

  it('has what its wrapper was given', () => {
    const owner = greeter();
    const restore = wrapMethod(owner, 'greet', (original) =>
      Object.assign(original.bind(owner), { path: '/greet' }),
    );
    expect(Reflect.get(owner, 'greet')).toHaveProperty('path', '/greet');
    restore();
  });

  it.each([
    ['abc', ['c(b(hello you))', 'c(hello you)', 'hello you']],
    ['bac', ['c(a(hello you))', 'c(hello you)', 'hello you']],
    ['acb', ['c(b(hello you))', 'b(hello you)', 'hello you']],
    ['cba', ['b(a(hello you))', 'a(hello you)', 'hello you']],
  ])('loses its wrappers in any order: %s', (order, expected) => {
    const owner = greeter();
    const written = Object.getOwnPropertyDescriptor(owner, 'greet');
    const restores = new Map(Array.from('abc', (mark) => [mark, around(mark, owner)]));
    const greetings = Array.from(order, (mark) => {
      restores.get(mark)?.();
      return owner.greet('you');
    });
    expect(greetings).toEqual(expected);
    expect(Object.getOwnPropertyDescriptor(owner, 'greet')).toEqual(written);
  });

  it('leaves the wrapper of somebody else alone, and is passed through below it', () => {
    const owner = greeter();
    const restore = around('a', owner);
    const greet = owner.greet.bind(owner);
    owner.greet = (name) => `else(${greet(name)})`;
    restore();
    expect(owner.greet('you')).toBe('else(hello you)');
    const restoreAgain = around('a', owner);
    expect(owner.greet('you')).toBe('a(else(hello you))');
    restoreAgain();
    expect(owner.greet('you')).toBe('else(hello you)');
  });
});
