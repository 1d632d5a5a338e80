import type { RouteStats } from '../../api/api.types.js';
import { limit, millis, SERVICE, SINCE } from '../common.arguments.js';
import type { McpTool } from '../mcp.tool.js';

export const routeStatsTool: McpTool = {
  name: 'route_stats',
  title: 'Statistics of routes',
  description:
    'Calls, errors and percentiles of every route, the slowest first, with controller, handler and guards of those an application declared; also which declared routes were never called.',
  properties: {
    service: SERVICE,
    neverCalled: {
      type: 'boolean',
      description: 'Only declared routes that were never called',
      default: false,
    },
    sinceMinutes: SINCE,
    limit: limit(500, 100),
  },
  call: async (args, api) => {
    const routes = await api.get<readonly RouteStats[]>('routes', { fromUs: args.fromUs });
    const service = args.text('service');
    const neverCalled = args.flag('neverCalled') ?? false;
    const asked = routes
      .filter((route) => service === undefined || route.service === service)
      .filter(({ declared, calls }) => !neverCalled || (declared && calls === 0))
      .toSorted((a, b) => (b.p95Us ?? -1) - (a.p95Us ?? -1));
    return {
      routes: asked.slice(0, args.number('limit')).map(shown),
      total: asked.length,
    };
  },
};

/** Without what is of use to the page only. */
function shown(stats: RouteStats): object {
  const { p50Us, p95Us, p99Us } = stats;
  const { service, method, route, declared, controller, handler, guards, calls, errors } = stats;
  const percentiles = { p50Ms: orNull(p50Us), p95Ms: orNull(p95Us), p99Ms: orNull(p99Us) };
  return { service, method, route, declared, controller, handler, guards, calls, errors, ...percentiles };
}

function orNull(us: number | null): number | null {
  return us === null ? null : millis(us);
}
