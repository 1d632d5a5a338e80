import { describe, expect, it } from 'vitest';
import { eventHandlerSpan, messageSpan } from './cqrs.conventions.js';

class PlaceOrder {
  readonly id = 1;
}

describe('The span of a message', () => {
  it('is named by its class, never by its content', () => {
    expect(messageSpan('command', new PlaceOrder(), 'PlaceOrderHandler')).toEqual({
      name: 'command PlaceOrder',
      low: {
        'nestjs.cqrs.type': 'command',
        'nestjs.cqrs.message': 'PlaceOrder',
        'code.function.name': 'PlaceOrderHandler.execute',
      },
    });
    expect(eventHandlerSpan(new PlaceOrder(), 'SendReceipt')).toEqual({
      name: 'event PlaceOrder → SendReceipt',
      low: {
        'nestjs.cqrs.type': 'event',
        'nestjs.cqrs.message': 'PlaceOrder',
        'code.function.name': 'SendReceipt.handle',
      },
    });
  });

  it.each([
    [{ id: 1 }, 'query Object'],
    [Object.create(null), 'query Object'],
    [new (class {})(), 'query anonymous'],
    ['text', 'query string'],
    [undefined, 'query undefined'],
  ])('of %o is %s', (message, name) => {
    expect(messageSpan('query', message, undefined).name).toBe(name);
  });
});
