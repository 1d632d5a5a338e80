import { describe, expect, it } from 'vitest';
import { messagingSpan, messagingTransport } from './messaging.conventions.js';

describe('A messaging span', () => {
  const destination = {
    system: 'kafka',
    name: 'orders',
    consumerGroup: 'shop',
    address: 'broker',
    port: 9092,
  };

  it('is named by the operation and its subject', () => {
    expect(messagingSpan({ type: 'process', subject: 'orders', destination })).toEqual({
      name: 'process orders',
      low: {
        'messaging.system.name': 'kafka',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'orders',
        'messaging.consumer.group.name': 'shop',
        'server.address': 'broker',
        'server.port': 9092,
      },
      high: {},
    });
  });

  it('keeps the name of one of many destinations from metrics', () => {
    const one = { system: 'nats', name: 'orders.42', template: 'orders.*' };
    const { low, high } = messagingSpan({ type: 'process', subject: 'orders.*', destination: one });
    expect(low['messaging.destination.template']).toBe('orders.*');
    expect(low).not.toHaveProperty(['messaging.destination.name']);
    expect(high).toEqual({ 'messaging.destination.name': 'orders.42' });
  });

  it('says how many messages a batch has', () => {
    const { high } = messagingSpan({ type: 'send', subject: 'orders', destination, batchSize: 3 });
    expect(high).toEqual({ 'messaging.batch.message_count': 3 });
  });
});

describe('A call over a broker', () => {
  it('says which broker and where, and is no messaging operation', () => {
    expect(messagingTransport({ system: 'rabbitmq', name: 'orders_queue' })).toEqual({
      'messaging.system.name': 'rabbitmq',
      'messaging.destination.name': 'orders_queue',
    });
  });
});
