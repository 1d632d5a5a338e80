import { Reflector } from '@nestjs/core';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { packageClasses, type Class } from './class.locations.js';

class Own {}
class OwnReflector extends Reflector {}

describe('The classes of packages', () => {
  it('are told from those of the application, also from derived ones', () => {
    const classes: Class[] = [Own, OwnReflector, Reflector, EventEmitter];
    expect([...packageClasses(classes)]).toEqual([Reflector, EventEmitter]);
  });

  it('leave nothing behind on the global object', () => {
    const before = Reflect.ownKeys(globalThis);
    packageClasses([Own]);
    expect(Reflect.ownKeys(globalThis)).toEqual(before);
  });
});
