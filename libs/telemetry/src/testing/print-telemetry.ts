import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { renderTraceTree, type TreeLog } from '../sdk/console/trace-tree.js';
import { toTreeSpan } from '../sdk/console/tree-span.js';
import { toTreeLog, type RecordedLog } from './recorded-log.js';
import type { RecordedWarning } from './recorded-warning.js';
import { byStart } from './start-order.js';

/** What there is to print of a recorder. */
export interface Printable {
  readonly spans: readonly ReadableSpan[];
  readonly logs?: readonly RecordedLog[];
  readonly openSpans?: readonly ReadableSpan[];
  readonly warnings?: readonly RecordedWarning[];
}

/** Everything recorded, as trace trees without colours: for failure messages, and for a look while writing a test. */
export function printTelemetry({ spans, logs = [], openSpans = [], warnings = [] }: Printable): string {
  const treeLogs = logs.map(toTreeLog).filter((log): log is TreeLog => log !== undefined);
  const open = openSpans.map((span) => `started, not ended: ${span.name}`);
  const outside = logs
    .filter((log) => !log.traceId)
    .map((log) => `outside any trace: ${log.level} ${log.message}`);
  const warned = warnings.map(({ code, message }) => `warning ${code}: ${message}`);
  const tree = renderTraceTree(byStart(spans).map(toTreeSpan), { logs: treeLogs, colors: false });
  return [tree || 'no spans were recorded', ...open, ...outside, ...warned].join('\n');
}
