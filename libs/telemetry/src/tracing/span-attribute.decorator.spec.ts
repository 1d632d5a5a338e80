import 'reflect-metadata';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { SpanAttribute } from './span-attribute.decorator.js';
import { Span } from './span.decorator.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

interface Order {
  readonly id: string;
}

class Orders {
  @Span((id: string) => ({ attributes: { from: 'options', copy: id } }))
  find(@SpanAttribute('order.id') _id: string, @SpanAttribute('order.full') _full?: boolean): void {}

  @Span()
  place(@SpanAttribute('order.id', (order: Order) => order.id) _order: Order): string {
    return 'placed';
  }

  @Span()
  record(@SpanAttribute('value') _value: unknown): void {}

  static unrelated(@SpanAttribute('a') _a: string): void {}
}

describe('@SpanAttribute()', () => {
  it('puts arguments on the span, beside the other attributes', () => {
    new Orders().find('7', true);
    expect(telemetry.span('Orders.find').attributes).toEqual({
      from: 'options',
      copy: '7',
      'order.id': '7',
      'order.full': true,
    });
  });

  it('leaves out arguments that are not given', () => {
    new Orders().find('7');
    expect(telemetry.span('Orders.find').attributes).not.toHaveProperty('order.full');
  });

  it('takes a value out of an object', () => {
    new Orders().place({ id: '7' });
    expect(telemetry.span('Orders.place').attributes).toEqual({ 'order.id': '7' });
  });

  it('does not break the call when it cannot', () => {
    expect(new Orders().place(null as unknown as Order)).toBe('placed');
    expect(telemetry.span('Orders.place').attributes).toEqual({});
    expect(telemetry.warnings.map(({ code }) => code)).toEqual(['NT_USER_CODE_FAILED']);
  });

  it.each([
    [10n, '10'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  ])('records %s', (value, recorded) => {
    new Orders().record(value);
    expect(telemetry.span('Orders.record').attributes).toEqual({ value: recorded });
  });

  it.each([null, { password: 'secret' }, [{ password: 'secret' }], Symbol('x'), new Date(Number.NaN)])(
    'leaves out what is no plain value',
    (value) => {
      new Orders().record(value);
      expect(telemetry.span('Orders.record').attributes).toEqual({});
    },
  );

  it('is refused on a constructor parameter', () => {
    expect(() => SpanAttribute('a')(Orders, undefined, 0)).toThrow(/constructor parameter of Orders/);
  });
});
