import 'reflect-metadata';
import { EventEmitter } from 'node:events';
import { SetMetadata } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { NoSpan } from './no-span.decorator.js';
import { SpanAttribute } from './span-attribute.decorator.js';
import { Span } from './span.decorator.js';
import { Traceable } from './traceable.decorator.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

class Repository {
  find(@SpanAttribute('id') _id: string): string {
    return this.table();
  }

  @SetMetadata('role', 'admin')
  remove(): void {}

  @NoSpan()
  ping(): void {}

  @Span('repository.count')
  count(): void {}

  table(): string {
    return 'none';
  }
}

@Traceable({ kind: SpanKind.CLIENT })
class Users extends Repository {
  onModuleInit(): void {}

  get total(): number {
    return 1;
  }

  @NoSpan()
  quiet(): void {}

  @Span('users.named')
  named(@SpanAttribute('user') _name: string): void {}

  override table(): string {
    return 'users';
  }

  static of(): Users {
    return new Users();
  }
}

class Others extends Repository {}

describe('@Traceable()', () => {
  it('makes spans for own and inherited methods, named after the class', () => {
    expect(new Users().find('7')).toBe('users');
    expect(telemetry.spanNames).toEqual(['Users.table', 'Users.find']);
    expect(telemetry.span('Users.find').kind).toBe(SpanKind.CLIENT);
    expect(telemetry.span('Users.find').attributes).toEqual({ id: '7' });
  });

  it('leaves the parent and its other children alone', () => {
    new Repository().find('7');
    new Others().find('7');
    expect(telemetry.spans).toEqual([]);
  });

  it('makes one span only where @Span() makes one already', () => {
    new Users().named('ada');
    new Users().count();
    expect(telemetry.spanNames).toEqual(['users.named', 'repository.count']);
    expect(telemetry.span('users.named').attributes).toEqual({ user: 'ada' });
  });

  it('leaves out @NoSpan(), lifecycle hooks, getters, static methods and the constructor', () => {
    const users = Users.of();
    users.onModuleInit();
    users.quiet();
    users.ping();
    expect(users.total).toBe(1);
    expect(telemetry.spans).toEqual([]);
    expect(users.constructor).toBe(Users);
  });

  it('makes one span on a class whose parent is traceable too', () => {
    @Traceable()
    class Admins extends Users {
      rights(): void {}
    }
    new Admins().rights();
    new Admins().find('7');
    expect(telemetry.spanNames).toEqual(['Admins.rights', 'Users.table', 'Users.find']);
  });

  it('keeps the metadata of inherited methods', () => {
    expect(Reflect.getMetadata('role', Object(Reflect.get(Users.prototype, 'remove')))).toBe('admin');
  });

  it('leaves out what Node and the language bring along', () => {
    @Traceable()
    class Bus extends EventEmitter {
      publish(): void {
        this.emit('published');
      }
    }
    @Traceable()
    class Registry extends Map<string, number> {
      add(): void {
        this.set('a', 1);
      }
    }
    new Bus().publish();
    new Registry().add();
    expect(telemetry.spanNames).toEqual(['Bus.publish', 'Registry.add']);
  });
});
