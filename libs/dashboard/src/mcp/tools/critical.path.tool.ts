import type { TraceDetail } from '../../api/api.types.js';
import { millis, TRACE_ID } from '../common.arguments.js';
import type { McpTool } from '../mcp.tool.js';

export const criticalPathTool: McpTool = {
  name: 'critical_path',
  title: 'Critical path of a trace',
  description:
    'What the caller waited for: the spans that made up the duration of a trace, each with the milliseconds it contributed itself, the greatest first. To make the request faster, make one of these faster.',
  properties: { traceId: TRACE_ID },
  required: ['traceId'],
  call: async (args, api) => {
    const { summary, spans, criticalPath } = await api.get<TraceDetail>(
      `traces/${args.text('traceId') ?? ''}`,
    );
    if ('reason' in criticalPath) return { available: false, reason: criticalPath.reason };
    const own = new Map<string, number>();
    for (const { spanId, startUs, endUs } of criticalPath.segments)
      own.set(spanId, (own.get(spanId) ?? 0) + endUs - startUs);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    return {
      available: true,
      durationMs: millis(summary.durationUs),
      spans: [...own]
        .toSorted(([, a], [, b]) => b - a)
        .map(([spanId, us]) => ({
          spanId,
          name: byId.get(spanId)?.name ?? '',
          service: byId.get(spanId)?.service ?? '',
          contributedMs: millis(us),
          share: summary.durationUs === 0 ? 0 : Math.round((us / summary.durationUs) * 1000) / 1000,
        })),
    };
  },
};
