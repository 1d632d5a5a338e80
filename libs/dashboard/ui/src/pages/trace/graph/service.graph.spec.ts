import { describe, expect, it } from 'vitest';
import { span } from '../span.spec-helper.ts';
import { placeGraph, serviceGraph } from './service.graph.ts';

const spans = [
  span('1', null, { service: 'order', kind: 'server' }),
  span('2', '1', { service: 'order', kind: 'client', attributes: { 'server.address': 'user.local' } }),
  span('3', '2', { service: 'user', kind: 'server', status: 'error' }),
  span('4', '3', {
    service: 'user',
    kind: 'client',
    attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'users' },
  }),
  span('5', '1', { service: 'order', kind: 'client', attributes: { 'server.address': 'api.stripe.com' } }),
];

describe('The services of a trace', () => {
  it('are joined by calls; databases and hosts that sent no span are there as well', () => {
    const { nodes, edges } = serviceGraph(spans);
    expect(nodes.map(({ label, kind }) => `${kind} ${label}`)).toEqual([
      'service order',
      'service user',
      'database postgresql users',
      'external api.stripe.com',
    ]);
    expect(edges.map(({ from, to, calls, errors }) => [from, to, calls, errors])).toEqual([
      ['service order', 'service user', 1, 1],
      ['service user', 'database postgresql users ', 1, 0],
      ['service order', 'external api.stripe.com', 1, 0],
    ]);
  });

  it('are placed from left to right without lying on each other', () => {
    const { nodes, width } = placeGraph(serviceGraph(spans));
    const [order, user, database] = nodes;
    expect(order?.x).toBeLessThan(user?.x ?? 0);
    expect(user?.x).toBeLessThan(database?.x ?? 0);
    expect(width).toBeGreaterThan(0);
  });
});
