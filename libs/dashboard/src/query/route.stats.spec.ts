import { describe, expect, it } from 'vitest';
import { FilledStore, type GivenSpan, T0_US } from '../telemetry.spec-helper.js';
import { routeStats } from './route.stats.js';

const WINDOW = { fromUs: T0_US, toUs: T0_US + 60_000_000 };

function call(route: string | undefined, ms: number, error = false): GivenSpan {
  return {
    kind: 'server',
    ms,
    error,
    attributes: { 'http.request.method': 'GET', ...(route !== undefined && { 'http.route': route }) },
  };
}

function tell(store: FilledStore, routes: readonly object[], service = 'orders'): void {
  const body = {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeLogs: [
          {
            logRecords: [
              {
                eventName: 'nestjs.app.routes',
                body: {
                  kvlistValue: {
                    values: [
                      {
                        key: 'routes',
                        value: {
                          arrayValue: {
                            values: routes.map((route) => ({
                              kvlistValue: {
                                values: Object.entries(route).map(([key, value]) => ({
                                  key,
                                  value: Array.isArray(value)
                                    ? {
                                        arrayValue: {
                                          values: value.map((stringValue: string) => ({ stringValue })),
                                        },
                                      }
                                    : { stringValue: value },
                                })),
                              },
                            })),
                          },
                        },
                      },
                    ],
                  },
                },
              },
            ],
          },
        ],
      },
    ],
  };
  store.ingest({ signal: 'logs', encoding: 'json', bytes: Buffer.from(JSON.stringify(body)) });
}

describe('The routes', () => {
  it('are those that were declared, joined with their calls, and those that were only seen', () => {
    const store = new FilledStore();
    tell(store, [
      { method: 'get', route: '/a', controller: 'A', handler: 'find', guards: ['JwtGuard'] },
      { method: 'POST', route: '/never' },
      { method: 'GET' },
    ]);
    store.spans(
      ...Array.from({ length: 100 }, (_, index) => call('/a', index + 1, index < 5)),
      call(undefined, 1),
      call('/wild', 1),
    );
    const stats = routeStats(store, WINDOW);
    expect(
      stats.map(({ method, route, declared, calls, errors }) => [method, route, declared, calls, errors]),
    ).toEqual([
      ['GET', null, false, 1, 0],
      ['GET', '/a', true, 100, 5],
      ['POST', '/never', true, 0, 0],
      ['GET', '/wild', false, 1, 0],
    ]);
    expect(stats[1]).toMatchObject({
      controller: 'A',
      handler: 'find',
      guards: ['JwtGuard'],
      pipes: [],
      muted: false,
    });
    expect(stats[1]?.p50Us).toBeCloseTo(50_500, -3);
    expect(stats[1]?.p95Us).toBeCloseTo(95_050, -3);
    expect(stats[2]).toMatchObject({ p50Us: null, lastSeenUs: null });
  });

  it('that take any method have the calls by all of them', () => {
    const store = new FilledStore();
    tell(store, [
      { method: 'ALL', route: '/hook' },
      { method: 'GET', route: '/a' },
    ]);
    store.spans(call('/hook', 1), call('/hook', 3, true), call('/a', 1));
    expect(
      routeStats(store, WINDOW).map(({ method, route, calls, errors }) => [method, route, calls, errors]),
    ).toEqual([
      ['GET', '/a', 1, 0],
      ['ALL', '/hook', 2, 1],
    ]);
  });

  it('are those the application told last', () => {
    const store = new FilledStore();
    tell(store, [{ method: 'GET', route: '/old' }]);
    tell(store, [{ method: 'GET', route: '/users' }], 'users');
    tell(store, [{ method: 'GET', route: '/new' }]);
    expect(routeStats(store, WINDOW).map(({ route }) => route)).toEqual(['/new', '/users']);
  });

  it('do not grow without end', () => {
    const store = new FilledStore();
    for (let service = 0; service < 25; service += 1)
      tell(
        store,
        Array.from({ length: 990 }, (_, index) => ({ method: 'GET', route: `/${index}` })),
        `service ${service}`,
      );
    const services = new Set(routeStats(store, WINDOW).map(({ service }) => service));
    expect(services.size).toBe(20);
    expect(services.has('service 0')).toBe(false);
    expect(services.has('service 24')).toBe(true);
  });
});
