import { describe, expect, it } from 'vitest';
import { shareBaseWrapper, shareWrapper, type Wrapper } from './shared.wrapper.js';

class Base {
  send(): string {
    return 'base';
  }
  publish(): string {
    return 'base';
  }
}
class Derived extends Base {
  override publish(): string {
    return `derived ${super.publish()}`;
  }
}

const mark: Wrapper = (original) =>
  function (this: unknown, ...args: unknown[]): string {
    return `(${String(original.apply(this, args))})`;
  };

describe('A wrapper that is shared', () => {
  it('is there once for all who ask, and until the last of them lets go', () => {
    const undo = [new Base(), new Derived()].map((instance) => shareWrapper(instance, 'send', mark));
    expect([new Base().send(), new Derived().send()]).toEqual(['(base)', '(base)']);
    undo[0]?.();
    expect(new Derived().send()).toBe('(base)');
    undo[1]?.();
    expect(new Derived().send()).toBe('base');
  });

  it('may be on several methods of a class', () => {
    const undo = ['send', 'publish'].map((name) => shareWrapper(new Base(), name, mark));
    expect([new Base().send(), new Base().publish()]).toEqual(['(base)', '(base)']);
    for (const step of undo) step();
    expect([new Base().send(), new Base().publish()]).toEqual(['base', 'base']);
  });

  it('goes where the method is defined, or to the first class that has it', () => {
    const nearest = shareWrapper(new Derived(), 'publish', mark);
    expect(new Derived().publish()).toBe('(derived base)');
    nearest();
    const base = shareBaseWrapper(new Derived(), 'publish', mark);
    expect(new Derived().publish()).toBe('derived (base)');
    base();
  });

  it('asks for nothing where there is no such method', () => {
    expect(() => shareWrapper(new Base(), 'missing', mark)()).not.toThrow();
  });
});
