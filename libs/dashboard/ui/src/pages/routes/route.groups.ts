import type { RouteStats } from '../../../../src/api/api.types.ts';

/** Which routes are shown. */
export type RouteState = 'all' | 'called' | 'never' | 'errors' | 'unmatched' | 'undeclared' | 'muted';

export const ROUTE_STATES: readonly (readonly [RouteState, string])[] = [
  ['all', 'All routes'],
  ['called', 'Called'],
  ['never', 'Never called'],
  ['errors', 'With errors'],
  ['unmatched', 'Matched no route'],
  ['undeclared', 'Not declared'],
  ['muted', 'Muted'],
];

export type RouteOrder = 'path' | 'calls' | 'errors' | 'p95';

export const ROUTE_ORDERS: readonly (readonly [RouteOrder, string])[] = [
  ['path', 'By path'],
  ['calls', 'Most called first'],
  ['errors', 'Most errors first'],
  ['p95', 'Slowest first'],
];

export interface RouteFilter {
  readonly text: string;
  readonly service: string;
  readonly state: RouteState;
}

type Holds = (route: RouteStats, declaring: ReadonlySet<string>) => boolean;

const HOLDS: Readonly<Record<RouteState, Holds>> = {
  all: () => true,
  called: ({ calls }) => calls > 0,
  never: ({ calls, declared }) => declared && calls === 0,
  errors: ({ errors }) => errors > 0,
  unmatched: ({ route }) => route === null,
  // Of a service that told of none, all would be.
  undeclared: ({ route, declared, service }, declaring) =>
    route !== null && !declared && declaring.has(service),
  muted: ({ muted }) => muted,
};

/** The services that told of their routes. */
export function declaringServices(routes: readonly RouteStats[]): ReadonlySet<string> {
  return new Set(routes.filter(({ declared }) => declared).map(({ service }) => service));
}

/** The routes that pass a filter. Words are looked for in everything that is shown of a route. */
export function filterRoutes(routes: readonly RouteStats[], filter: RouteFilter): RouteStats[] {
  const words = filter.text.toLowerCase().split(/\s+/u).filter(Boolean);
  const declaring = declaringServices(routes);
  return routes.filter((route) => {
    if (filter.service !== '' && route.service !== filter.service) return false;
    if (!HOLDS[filter.state](route, declaring)) return false;
    const shown = textOf(route);
    return words.every((word) => shown.includes(word));
  });
}

/** Routes of one controller, or those of a service that have none. */
export interface RouteGroup {
  readonly service: string;
  readonly title: string;
  readonly routes: readonly RouteStats[];
}

const UNMATCHED = 'Matched no route';
const NO_CONTROLLER = 'Controller not known';

/** By service and controller; what matched no route comes last in its service. */
export function groupRoutes(routes: readonly RouteStats[], order: RouteOrder): RouteGroup[] {
  const groups = new Map<string, { service: string; title: string; routes: RouteStats[] }>();
  for (const route of routes) {
    const title = route.route === null ? UNMATCHED : (route.controller ?? NO_CONTROLLER);
    const key = JSON.stringify([route.service, title]);
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { service: route.service, title, routes: [] }));
    group.routes.push(route);
  }
  const rank = ({ title }: RouteGroup): number => (title === UNMATCHED ? 2 : title === NO_CONTROLLER ? 1 : 0);
  return [...groups.values()]
    .map((group) => ({ ...group, routes: group.routes.toSorted(COMPARE[order]) }))
    .toSorted(
      (a, b) => a.service.localeCompare(b.service) || rank(a) - rank(b) || a.title.localeCompare(b.title),
    );
}

type Compare = (a: RouteStats, b: RouteStats) => number;

const byPath: Compare = (a, b) =>
  (a.route ?? '').localeCompare(b.route ?? '') || a.method.localeCompare(b.method);
const COMPARE: Readonly<Record<RouteOrder, Compare>> = {
  path: byPath,
  calls: (a, b) => b.calls - a.calls || byPath(a, b),
  errors: (a, b) => b.errors - a.errors || byPath(a, b),
  p95: (a, b) => (b.p95Us ?? -1) - (a.p95Us ?? -1) || byPath(a, b),
};

/** How much of what was declared has been called. */
export interface Coverage {
  readonly declared: number;
  readonly called: number;
  readonly never: number;
  readonly undeclared: number;
  /** Requests that matched no route. */
  readonly unmatched: number;
}

export function coverageOf(routes: readonly RouteStats[]): Coverage {
  const declaring = declaringServices(routes);
  const declared = routes.filter((route) => route.declared);
  const called = declared.filter(({ calls }) => calls > 0).length;
  return {
    declared: declared.length,
    called,
    never: declared.length - called,
    undeclared: routes.filter((route) => HOLDS.undeclared(route, declaring)).length,
    unmatched: routes.filter(({ route }) => route === null).reduce((sum, { calls }) => sum + calls, 0),
  };
}

function textOf(route: RouteStats): string {
  const { service, method, controller, handler, guards, interceptors, pipes, filters } = route;
  return [
    service,
    method,
    route.route ?? UNMATCHED,
    controller,
    handler,
    ...guards,
    ...interceptors,
    ...pipes,
    ...filters,
  ]
    .join(' ')
    .toLowerCase();
}
