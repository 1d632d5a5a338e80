import { describe, expect, it } from 'vitest';
import { type SpanGiven, Surgery } from './doctor.spec-helper.js';

const CALL: SpanGiven = {
  trace: 1,
  id: 1,
  service: 'orders',
  kind: 'client',
  at: 0,
  takes: 50,
  attributes: {
    'http.request.method': 'GET',
    'url.full': 'http://localhost:3001/users/7?full=1',
    'server.port': 3001,
  },
};
const SERVED: SpanGiven = {
  trace: 2,
  id: 2,
  service: 'users',
  kind: 'server',
  at: 5,
  takes: 20,
  attributes: { 'http.request.method': 'GET', 'url.path': '/users/7', 'server.port': 3001 },
};

describe('D03, traces that do not go on in the called service', () => {
  it('finds the trace that the called service began within the call', () => {
    expect(new Surgery().spans(CALL, SERVED).findings('D03')).toMatchObject([
      {
        severity: 'error',
        service: 'orders',
        evidence:
          '1 call of orders to users ended at the client span, and users began a new trace for each, e.g. GET /users/7.',
      },
    ]);
  });

  it.each<[string, SpanGiven]>([
    ['has a parent', { ...SERVED, trace: 1, parent: 1 }],
    ['began before the call', { ...SERVED, at: -10 }],
    ['began after the call', { ...SERVED, at: 60 }],
    ['has another path', { ...SERVED, attributes: { ...SERVED.attributes, 'url.path': '/users/8' } }],
    ['has another method', { ...SERVED, attributes: { ...SERVED.attributes, 'http.request.method': 'PUT' } }],
    ['listens on another port', { ...SERVED, attributes: { ...SERVED.attributes, 'server.port': 3002 } }],
  ])('has nothing to say when the server span %s', (_, served) => {
    expect(new Surgery().spans(CALL, served).findings('D03')).toEqual([]);
  });
});
