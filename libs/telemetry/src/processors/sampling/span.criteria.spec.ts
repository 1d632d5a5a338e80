import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { KeepRule } from '../../telemetry.options.js';
import { compileRule } from './span.criteria.js';

const request = {
  name: 'GET /users/:id',
  kind: SpanKind.SERVER,
  attributes: {
    'http.request.method': 'GET',
    'url.path': '/users/42/orders',
    'server.address': 'shop.example.com',
    'http.route': '/users/:id/orders',
    tenant: 'acme',
    retries: 3,
  },
};

describe('A rule', () => {
  it.each<[Omit<KeepRule, 'sample'>, boolean]>([
    [{}, true],
    [{ method: 'GET' }, true],
    [{ method: ['POST', 'GET'] }, true],
    [{ method: 'POST' }, false],
    [{ path: '/users/42/orders' }, true],
    [{ path: '/users/*' }, true],
    [{ path: '*/orders' }, true],
    [{ path: '/users/*/orders' }, true],
    [{ path: '/u*r*/*d*s' }, true],
    [{ path: '/users' }, false],
    [{ path: '/users/*/orders/*' }, false],
    [{ path: '/users/42*42/orders' }, false],
    [{ path: /^\/users\/\d+/ }, true],
    [{ host: '*.example.com' }, true],
    [{ host: 'example.com' }, false],
    [{ route: '/users/:id/*' }, true],
    [{ name: 'GET *' }, true],
    [{ kind: 'server' }, true],
    [{ kind: 'client' }, false],
    [{ attributes: { tenant: 'acme', retries: 3 } }, true],
    [{ attributes: { tenant: /^ac/ } }, true],
    [{ attributes: { tenant: 'acme', retries: '3' } }, false],
    [{ attributes: { missing: /.*/ } }, false],
    [{ method: 'GET', kind: 'client' }, false],
  ])('%o matches: %j', (criteria, expected) => {
    expect(compileRule({ ...criteria, sample: 'keep' }).matches(request)).toBe(expected);
  });

  it('answers the same every time, also with a pattern that remembers where it stopped', () => {
    const { matches } = compileRule({ path: /users/g, sample: 'keep' });
    expect([matches(request), matches(request), matches(request)]).toEqual([true, true, true]);
  });

  it('is quick about long paths that nearly match', () => {
    const { matches } = compileRule({ path: '*a*a*a*a*a*a*b', sample: 'drop' });
    const hostile = { ...request, attributes: { 'url.path': 'a'.repeat(16_000) } };
    // With backtracking this would not end while anybody is watching.
    expect(matches(hostile)).toBe(false);
  });
});
