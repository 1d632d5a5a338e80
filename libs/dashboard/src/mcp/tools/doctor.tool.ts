import type { Finding, TraceDetail } from '../../api/api.types.js';
import { SINCE, TRACE_ID } from '../common.arguments.js';
import type { McpTool } from '../mcp.tool.js';

export const doctorTool: McpTool = {
  name: 'doctor',
  title: 'What is wrong with the telemetry',
  description:
    'Findings of the doctor, of everything or of one trace: broken propagation, lost and unended spans, N+1 queries, logs without trace, secrets, and more, each with evidence, some spans, and what to write to mend it. Ignored ones are left out.',
  properties: { traceId: TRACE_ID, sinceMinutes: SINCE },
  call: async (args, api) => {
    const traceId = args.text('traceId');
    const findings =
      traceId === undefined
        ? await api.get<readonly Finding[]>('doctor', { fromUs: args.fromUs })
        : (await api.get<TraceDetail>(`traces/${traceId}`)).findings;
    return {
      findings: findings
        .filter(({ ignored }) => !ignored)
        .map(({ rule, severity, title, evidence, fix, service, occurrences, spans }) => ({
          rule,
          severity,
          title,
          evidence,
          fix,
          service,
          occurrences,
          spans,
        })),
    };
  },
};
