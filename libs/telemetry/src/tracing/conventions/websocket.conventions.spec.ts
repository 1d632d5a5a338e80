import { describe, expect, it } from 'vitest';
import { websocketLifecycle, websocketMessage } from './websocket.conventions.js';

describe('the span of a WebSocket message', () => {
  it('is named by the event a handler subscribed to', () => {
    expect(websocketMessage('socket.io', 'events')).toEqual({
      name: 'process events',
      low: {
        'messaging.system.name': 'socket.io',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'events',
      },
    });
  });

  it.each([
    [{ cmd: 'add' }, 'process {"cmd":"add"}'],
    [undefined, 'process '],
    ['e'.repeat(200), `process ${'e'.repeat(100)}`],
  ])('has a name for the pattern %j', (pattern, name) => {
    expect(websocketMessage('websocket', pattern).name).toBe(name);
  });
});

describe('the span of a client', () => {
  it('says whether it comes or goes', () => {
    expect(websocketLifecycle('websocket', 'connect')).toEqual({
      name: 'websocket connect',
      low: { 'messaging.system.name': 'websocket', 'messaging.operation.name': 'connect' },
    });
  });
});
