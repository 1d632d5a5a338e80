import { describe, expect, it } from 'vitest';
import type { RouteStats } from '../../../../src/api/api.types.ts';
import { coverageOf, filterRoutes, groupRoutes } from './route.groups.ts';

function route(values: Partial<RouteStats>): RouteStats {
  return {
    service: 'user',
    method: 'GET',
    route: '/users/:id',
    declared: true,
    controller: 'UsersController',
    handler: 'findOne',
    guards: [],
    interceptors: [],
    pipes: [],
    filters: [],
    calls: 0,
    errors: 0,
    p50Us: null,
    p95Us: null,
    p99Us: null,
    lastSeenUs: null,
    muted: false,
    ...values,
  };
}

const ROUTES = [
  route({ calls: 9, errors: 1, p95Us: 20, guards: ['JwtGuard'] }),
  route({ method: 'POST', route: '/users', handler: 'create' }),
  route({ route: '/health', controller: 'HealthController', calls: 40, p95Us: 5, muted: true }),
  route({ route: null, declared: false, controller: null, handler: null, calls: 3 }),
  route({ service: 'order', route: '/new', controller: null }),
  route({ service: 'order', route: '/old', declared: false, controller: null, calls: 2, p95Us: 90 }),
  route({ service: 'silent', route: '/any', declared: false, controller: null, calls: 2 }),
];
const ALL = { text: '', service: '', state: 'all' } as const;
const paths = (routes: readonly RouteStats[]): (string | null)[] => routes.map((each) => each.route);

describe('the list of routes', () => {
  it('is narrowed down by state', () => {
    const shown = (state: Parameters<typeof filterRoutes>[1]['state']) =>
      paths(filterRoutes(ROUTES, { ...ALL, state }));
    expect(shown('never')).toEqual(['/users', '/new']);
    expect(shown('errors')).toEqual(['/users/:id']);
    expect(shown('unmatched')).toEqual([null]);
    expect(shown('undeclared')).toEqual(['/old']);
    expect(shown('muted')).toEqual(['/health']);
    expect(shown('called')).toEqual(['/users/:id', '/health', null, '/old', '/any']);
  });

  it('finds words in path, method, handler and guards, all of which must be there', () => {
    expect(paths(filterRoutes(ROUTES, { ...ALL, text: 'jwtguard get' }))).toEqual(['/users/:id']);
    expect(paths(filterRoutes(ROUTES, { ...ALL, text: 'post create' }))).toEqual(['/users']);
    expect(filterRoutes(ROUTES, { ...ALL, text: 'jwtguard post' })).toEqual([]);
  });

  it('is grouped by service and controller, with what matched no route last in its service', () => {
    expect(groupRoutes(ROUTES, 'path').map(({ service, title }) => `${service}: ${title}`)).toEqual([
      'order: Controller not known',
      'silent: Controller not known',
      'user: HealthController',
      'user: UsersController',
      'user: Matched no route',
    ]);
  });

  it('is ordered within its groups', () => {
    const users = (order: 'path' | 'calls' | 'p95') =>
      paths(groupRoutes(ROUTES, order).find(({ title }) => title === 'UsersController')?.routes ?? []);
    expect(users('path')).toEqual(['/users', '/users/:id']);
    expect(users('calls')).toEqual(['/users/:id', '/users']);
    expect(users('p95')).toEqual(['/users/:id', '/users']);
  });

  it('tells how much of what was declared has been called', () => {
    expect(coverageOf(ROUTES)).toEqual({ declared: 4, called: 2, never: 2, undeclared: 1, unmatched: 3 });
  });
});
