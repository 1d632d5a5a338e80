import { describe, expect, it } from 'vitest';
import { installOnce, wrapMethod } from './wrap-method.js';

class Greeter {
  greet(name: string): string {
    return `hello ${name}`;
  }
}

const shouting = (original: Greeter['greet']): Greeter['greet'] =>
  function (this: Greeter, name) {
    return original.call(this, name).toUpperCase();
  };

describe('wrapMethod', () => {
  it('replaces a method of a prototype and restores it', () => {
    const original = Reflect.get(Greeter.prototype, 'greet');
    const restore = wrapMethod(Greeter.prototype, 'greet', shouting);
    expect(new Greeter().greet('Ada')).toBe('HELLO ADA');
    expect(Greeter.prototype.greet.name).toBe('greet');
    expect(Greeter.prototype.greet.length).toBe(1);
    restore();
    expect(Reflect.get(Greeter.prototype, 'greet')).toBe(original);
  });

  it('leaves no own property behind on an object that inherits the method', () => {
    const greeter = new Greeter();
    const restore = wrapMethod(greeter, 'greet', shouting);
    expect(greeter.greet('Ada')).toBe('HELLO ADA');
    expect(new Greeter().greet('Ada')).toBe('hello Ada');
    restore();
    expect(Object.keys(greeter)).toEqual([]);
    expect(greeter.greet('Ada')).toBe('hello Ada');
  });

  it('calls through, and breaks no chain, when somebody wrapped it later', () => {
    const greeter = new Greeter();
    const restore = wrapMethod(greeter, 'greet', shouting);
    const restoreOther = wrapMethod(greeter, 'greet', (inner) => (name) => `${inner.call(greeter, name)}!`);
    expect(greeter.greet('Ada')).toBe('HELLO ADA!');
    restore();
    expect(greeter.greet('Ada')).toBe('hello Ada!');
    restoreOther();
    expect(greeter.greet('Ada')).toBe('hello Ada');
  });
});

describe('installOnce', () => {
  it('installs for the first user and uninstalls after the last', () => {
    let installed = 0;
    const install = installOnce(() => {
      installed++;
      return () => installed--;
    });
    const first = install();
    const second = install();
    expect(installed).toBe(1);
    first();
    first();
    expect(installed).toBe(1);
    second();
    expect(installed).toBe(0);
    install();
    expect(installed).toBe(1);
  });
});
