import { describe, expect, it } from 'vitest';
import type { MapNode } from '../../../../src/api/api.types.ts';
import { edgeTracesHref, nodeTracesHref } from './map.links.ts';

function node(kind: MapNode['kind'], label: string): MapNode {
  return { id: `${kind}:${label}`, label, kind, calls: 1, errors: 0 };
}

function filters(href: string): Record<string, string> {
  expect(href.startsWith('/traces?')).toBe(true);
  return Object.fromEntries(new URLSearchParams(href.slice('/traces?'.length)));
}

const [order, user] = [node('service', 'order'), node('service', 'user')];
const figures = { from: '', to: '', calls: 3, errors: 0, p95Us: 1 };

describe('from the map to the traces', () => {
  it('a service leads to its traces', () => {
    expect(filters(nodeTracesHref(user))).toEqual({ service: 'user' });
  });

  it('a database, a queue and a host lead to the traces that use them', () => {
    expect(filters(nodeTracesHref(node('database', 'postgresql my orders')))).toEqual({
      q: 'db.system.name="postgresql" db.namespace="my orders"',
    });
    expect(filters(nodeTracesHref(node('queue', 'order "new"')))).toEqual({
      q: String.raw`messaging.destination.name="order \"new\""`,
    });
    expect(filters(nodeTracesHref(node('external', 'api.example:443')))).toEqual({
      q: 'server.address="api.example"',
    });
  });

  it('a call leads to the traces of the caller in which the callee is', () => {
    expect(filters(edgeTracesHref(order, user, figures))).toEqual({
      service: 'order',
      q: 'service="user" kind=server',
    });
    expect(filters(edgeTracesHref(order, node('database', 'redis'), figures))).toEqual({
      service: 'order',
      q: 'db.system.name="redis"',
    });
  });

  it('a call that failed leads to the traces with errors', () => {
    expect(filters(edgeTracesHref(order, user, { ...figures, errors: 1 }))['error']).toBe('true');
  });
});
