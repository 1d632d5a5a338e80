import { describe, expect, it } from 'vitest';
import { endpointOf } from './endpoint.js';

describe('The address of a broker', () => {
  it.each([
    ['amqp://guest:secret@rabbit:5673/vhost', { address: 'rabbit', port: 5673 }],
    ['mqtt://localhost', { address: 'localhost', port: 1 }],
    ['nats.example.com:4223', { address: 'nats.example.com', port: 4223 }],
    ['broker', { address: 'broker', port: 1 }],
    ['amqp://[::1]:5672', { address: '::1', port: 5672 }],
    [['one:1234'], { address: 'one', port: 1234 }],
    [
      { hostname: 'rabbit', port: 5672, password: 'secret' },
      { address: 'rabbit', port: 5672 },
    ],
    [{ host: 'redis' }, { address: 'redis', port: 1 }],
  ])('is read from %j', (location, expected) => {
    expect(endpointOf(location, 1)).toEqual(expected);
  });

  it.each([[['one:1', 'two:2']], [undefined], [() => []], [''], ['://'], [{ path: '/tmp/redis.sock' }]])(
    'is left out where there is not exactly one: %j',
    (location) => {
      expect(endpointOf(location, 1)).toEqual({});
    },
  );
});
