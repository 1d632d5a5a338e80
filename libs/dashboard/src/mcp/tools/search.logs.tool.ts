import type { LogPage } from '../../api/api.types.js';
import { limit, SERVICE, SINCE, time, TRACE_ID } from '../common.arguments.js';
import type { McpTool } from '../mcp.tool.js';

/** The lowest severity number of each name. */
const SEVERITIES: Readonly<Record<string, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};

export const searchLogsTool: McpTool = {
  name: 'search_logs',
  title: 'Search logs',
  description: 'Finds log records by service, severity, trace, words and attributes; the newest first.',
  properties: {
    service: SERVICE,
    severity: { type: 'string', description: 'At least this severe', enum: Object.keys(SEVERITIES) },
    traceId: TRACE_ID,
    q: { type: 'string', description: 'Words and conditions on attributes: order.id=7 "not found"' },
    sinceMinutes: SINCE,
    limit: limit(200, 50),
  },
  call: async (args, api) => {
    const severity = args.text('severity');
    const { logs, next } = await api.get<LogPage>('logs', {
      service: args.text('service'),
      severity: severity === undefined ? undefined : SEVERITIES[severity],
      traceId: args.text('traceId'),
      q: args.text('q'),
      limit: args.number('limit'),
      fromUs: args.fromUs,
    });
    return {
      logs: logs.map(({ timeUs, service, severityText, body, eventName, traceId, spanId, attributes }) => ({
        time: time(timeUs),
        service,
        severity: severityText,
        body,
        ...(eventName !== '' && { eventName }),
        ...(traceId !== null && { traceId, spanId }),
        attributes,
      })),
      more: next !== null,
    };
  },
};
