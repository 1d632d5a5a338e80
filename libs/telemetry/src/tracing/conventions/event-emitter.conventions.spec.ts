import { describe, expect, it } from 'vitest';
import { eventName, listenerSpan } from './event-emitter.conventions.js';

describe('The span of a listener', () => {
  it('is named by what it listens to and by itself', () => {
    expect(listenerSpan('order.*', { provider: 'Audit', method: 'write' })).toEqual({
      name: 'event order.* → Audit.write',
      low: { 'nestjs.event.name': 'order.*', 'code.function.name': 'Audit.write' },
      high: { 'nestjs.provider': 'Audit', 'nestjs.callback': 'write' },
    });
  });

  it.each([
    ['order.created', 'order.created'],
    [['order', '*'], 'order.*'],
    [Symbol('order.deleted'), 'order.deleted'],
    [Symbol(), 'symbol'],
    [['order', Symbol('created')], 'order.created'],
    [7, '7'],
  ])('takes %o for %s', (event, name) => {
    expect(eventName(event)).toBe(name);
  });
});
