import type { TraceDetail } from '../../api/api.types.js';
import { limit, millis, time, TRACE_ID } from '../common.arguments.js';
import type { McpTool } from '../mcp.tool.js';

export const getTraceTool: McpTool = {
  name: 'get_trace',
  title: 'Show a trace',
  description:
    'All spans of one trace by their start, with parent, times in milliseconds after the start of the trace, attributes and events, and what the doctor found in it. Of a long trace the errors and the longest spans come first.',
  properties: {
    traceId: TRACE_ID,
    attributes: { type: 'boolean', description: 'With attributes and events', default: true },
    limit: limit(1000, 200),
  },
  required: ['traceId'],
  call: async (args, api) => {
    const { summary, spans, logs, findings } = await api.get<TraceDetail>(
      `traces/${args.text('traceId') ?? ''}`,
    );
    const withAttributes = args.flag('attributes') ?? true;
    const shown = mostTelling(spans, args.number('limit') ?? 200);
    return {
      name: summary.name,
      start: time(summary.startUs),
      durationMs: millis(summary.durationUs),
      services: summary.services,
      spanCount: spans.length,
      logCount: logs.length,
      spans: shown.map((span) => ({
        spanId: span.spanId,
        parentSpanId: span.parentSpanId,
        name: span.name,
        kind: span.kind,
        service: span.service,
        atMs: millis(span.startUs - summary.startUs),
        durationMs: millis(span.durationUs),
        status: span.status,
        ...(span.statusMessage !== '' && { statusMessage: span.statusMessage }),
        ...(withAttributes && { attributes: span.attributes }),
        ...(withAttributes &&
          span.events.length > 0 && {
            events: span.events.map(({ name, timeUs, attributes }) => ({
              name,
              atMs: millis(timeUs - summary.startUs),
              attributes,
            })),
          }),
      })),
      omittedSpans: spans.length - shown.length,
      findings: findings.map(({ rule, title, evidence, fix }) => ({ rule, title, evidence, fix })),
    };
  },
};

function weight({ status, durationUs }: TraceDetail['spans'][number]): number {
  return status === 'error' ? Infinity : durationUs;
}

/** If there is no room for all: errors, then what took longest; by their start. */
function mostTelling(spans: TraceDetail['spans'], most: number): TraceDetail['spans'] {
  if (spans.length <= most) return spans;
  return spans
    .toSorted((a, b) => (weight(a) === weight(b) ? 0 : weight(b) - weight(a)))
    .slice(0, most)
    .toSorted((a, b) => a.startUs - b.startUs);
}
