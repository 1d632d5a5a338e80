import type { TracePage } from '../../api/api.types.js';
import { limit, millis, SERVICE, SINCE, time } from '../common.arguments.js';
import type { McpTool } from '../mcp.tool.js';

export const searchTracesTool: McpTool = {
  name: 'search_traces',
  title: 'Search traces',
  description:
    'Finds traces (requests, jobs, messages) by service, route, status, duration and attributes of their spans. Answers with one line for each; get_trace has the spans.',
  properties: {
    service: SERVICE,
    route: { type: 'string', description: 'Template of the route, e.g. /orders/:id' },
    status: { type: 'string', description: 'HTTP status, or a class of them: 404, 5xx' },
    error: { type: 'boolean', description: 'Only traces with errors (true) or without (false)' },
    minMs: { type: 'number', description: 'Least duration in milliseconds', minimum: 0 },
    maxMs: { type: 'number', description: 'Greatest duration in milliseconds', minimum: 0 },
    q: {
      type: 'string',
      description: 'Conditions on one span: http.response.status_code>=500 enduser.id="u-1" checkout',
    },
    sort: { type: 'string', description: 'Order', enum: ['newest', 'slowest', 'fastest'], default: 'newest' },
    sinceMinutes: SINCE,
    limit: limit(100, 20),
  },
  call: async (args, api) => {
    const { traces, next } = await api.get<TracePage>('traces', {
      service: args.text('service'),
      route: args.text('route'),
      status: args.text('status'),
      error: args.flag('error'),
      minMs: args.number('minMs'),
      maxMs: args.number('maxMs'),
      q: args.text('q'),
      sort: args.text('sort'),
      limit: args.number('limit'),
      fromUs: args.fromUs,
    });
    return {
      traces: traces.map(({ startUs, durationUs, rootArrived, ...trace }) => ({
        ...trace,
        start: time(startUs),
        durationMs: millis(durationUs),
        complete: rootArrived,
      })),
      more: next !== null,
    };
  },
};
