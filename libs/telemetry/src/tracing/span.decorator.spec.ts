import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetMetadata } from '@nestjs/common';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { lastValueFrom, timer, type Observable } from 'rxjs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { TelemetryError } from '../telemetry.errors.js';
import { recordTelemetry } from '../testing/index.js';
import { Span } from './span.decorator.js';
import { activeSpanContext, collect } from './running-work.spec-helper.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

/** As caching and retry decorators do it: puts another function in place. */
function Replaced(): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    const original = descriptor.value as (...args: unknown[]) => unknown;
    descriptor.value = function replaced(this: unknown, ...args: unknown[]): unknown {
      return original.apply(this, args);
    };
  };
}

class Orders {
  constructor(private readonly shop = 'main') {}

  @Span()
  find(id: string, _withItems?: boolean): string {
    return `${this.shop}/${id}`;
  }

  @Span('order.place', { kind: SpanKind.PRODUCER })
  async place(): Promise<string | undefined> {
    await sleep(1);
    return activeSpanContext()?.spanId;
  }

  @Span((id: string) => ({ attributes: { 'order.id': id } }))
  cancel(_id: string): void {}

  @Span('order.hide', () => {
    throw new Error('no options');
  })
  hide(): string {
    return 'hidden';
  }

  @Span()
  watch(): Observable<number> {
    return timer(1);
  }

  @Span()
  *ids(): Generator<number> {
    yield* [1, 2];
  }

  @Span()
  async *pages(): AsyncGenerator<number> {
    yield* [1, 2];
  }

  @Span({ onResult: (count) => ({ attributes: { count } }), resultAttributes: () => ({ more: true }) })
  static count(): number {
    return 3;
  }

  @Span()
  @SetMetadata('role', 'admin')
  admin(): void {}

  @SetMetadata('role', 'admin')
  @Span()
  @Replaced()
  replaced(_a: string, _b: string): void {}
}

class Plain {
  async load(_a: string, _b: string): Promise<void> {}

  *walk(): Generator<number> {
    yield 1;
  }
}

type AnyMethod = (...args: unknown[]) => unknown;

function methodOf(owner: { readonly prototype: object }, key: string): AnyMethod {
  return Reflect.get(owner.prototype, key) as AnyMethod;
}

function decorateGetter(): void {
  const descriptor: TypedPropertyDescriptor<() => void> = { get: () => () => undefined };
  Span()(Orders.prototype, 'total', descriptor);
}

function decorateProperty(): void {
  Reflect.decorate([Span() as MethodDecorator], Orders.prototype, 'handler');
}

class UrgentOrders extends Orders {
  override find(id: string): string {
    return `urgent ${super.find(id)}`;
  }
}

describe('@Span()', () => {
  it('keeps `this`, arguments and result', () => {
    expect(new Orders('side').find('7')).toBe('side/7');
    expect(telemetry.spanNames).toEqual(['Orders.find']);
  });

  it('takes a name and options', async () => {
    const active = await new Orders().place();
    const span = telemetry.span('order.place');
    expect(span.kind).toBe(SpanKind.PRODUCER);
    expect(active).toBe(span.spanContext().spanId);
  });

  it('makes options from the arguments', () => {
    new Orders().cancel('7');
    expect(telemetry.span('Orders.cancel').attributes).toEqual({ 'order.id': '7' });
  });

  it('calls the method although the options function throws', () => {
    expect(new Orders().hide()).toBe('hidden');
    expect(telemetry.span('order.hide').status.code).toBe(SpanStatusCode.UNSET);
    expect(telemetry.warnings.map(({ code }) => code)).toEqual(['NT_USER_CODE_FAILED']);
  });

  it('names static methods after their class', () => {
    expect(Orders.count()).toBe(3);
    expect(telemetry.span('Orders.count').attributes).toEqual({ count: 3, more: true });
  });

  it('names inherited methods after the class that declares them', () => {
    expect(new UrgentOrders().find('7')).toBe('urgent main/7');
    UrgentOrders.count();
    expect(telemetry.spanNames).toEqual(['Orders.find', 'Orders.count']);
  });

  it('covers Observables, generators and async generators', async () => {
    const orders = new Orders();
    await lastValueFrom(orders.watch());
    expect([...orders.ids()]).toEqual([1, 2]);
    expect(await collect(orders.pages())).toEqual([1, 2]);
    expect(telemetry.spanNames).toEqual(['Orders.watch', 'Orders.ids', 'Orders.pages']);
  });

  it.each(['load', 'walk'] as const)('leaves %s() the kind of function it was', (key) => {
    const original = methodOf(Plain, key);
    const descriptor = { ...Object.getOwnPropertyDescriptor(Plain.prototype, key), value: original };
    const before = { ...descriptor };
    Span()(Plain.prototype, key, descriptor);
    const wrapped = descriptor.value;
    expect(wrapped).not.toBe(original);
    expect({ ...descriptor, value: original }).toEqual(before);
    expect([wrapped.name, wrapped.length]).toEqual([key, original.length]);
    expect(Reflect.ownKeys(wrapped)).toEqual(Reflect.ownKeys(original));
    expect(Reflect.get(wrapped, 'prototype') === Reflect.get(original, 'prototype')).toBe(true);
    expect(Object.getPrototypeOf(wrapped) === Object.getPrototypeOf(original)).toBe(true);
  });

  it('keeps metadata, whether set before or after', () => {
    expect(Reflect.getOwnMetadata('role', methodOf(Orders, 'admin'))).toBe('admin');
    expect(Reflect.getOwnMetadata('role', methodOf(Orders, 'replaced'))).toBe('admin');
    expect(Reflect.getMetadata('design:paramtypes', Orders.prototype, 'find')).toEqual([String, Boolean]);
  });

  it('is refused, with the reason, on what is no method', () => {
    for (const misuse of [decorateGetter, decorateProperty]) {
      expect(misuse).toThrow(TelemetryError);
      expect(misuse).toThrow(/@Span\(\) was put on Orders\.(total|handler)/);
    }
  });

  it('wants an options function that fits the method', () => {
    class Typed {
      // @ts-expect-error -- the method takes a number
      @Span((id: string) => ({ attributes: { id } }))
      find(_id: number): void {}

      @Span((id: number) => ({ attributes: { id } }))
      remove(_id: number, _force?: boolean): void {}
    }
    new Typed().remove(1);
    expect(telemetry.span('Typed.remove').attributes).toEqual({ id: 1 });
  });
});
