import { compare } from './span-forest.js';
import { columns, fit, padEnd, printable, two, type Style } from './terminal-text.js';
import type { TreeLog } from './tree-model.js';
import type { TreeSheet } from './tree-sheet.js';

const SEVERITY: Readonly<Record<string, Style>> = { WARN: 'yellow', ERROR: 'red', FATAL: 'boldRed' };

/** The log lines of a trace, in the order in which they were written, one line each. */
export function renderLogs(logs: readonly TreeLog[], sheet: TreeSheet): string[] {
  if (logs.length === 0) return [];
  const { paint, services } = sheet;
  const severityColumn = Math.min(7, Math.max(...logs.map((log) => columns(printable(log.severity)))));
  const serviceColumn = sheet.columns.service;
  const lines = logs
    .toSorted((a, b) => compare(a.timeUnixNano, b.timeUnixNano))
    .map((log) => {
      const severity = printable(log.severity).toUpperCase();
      const service = padEnd(fit(printable(log.service), serviceColumn), serviceColumn);
      const context = log.context ? `[${printable(log.context)}] ` : '';
      const used = 12 + 2 + severityColumn + 2 + (serviceColumn && serviceColumn + 2) + columns(context);
      return [
        paint('dim', clockTime(log.timeUnixNano)),
        paint(SEVERITY[severity] ?? 'dim', padEnd(fit(severity, severityColumn), severityColumn)),
        ...(serviceColumn ? [paint(services.get(log.service) ?? 'dim', service)] : []),
        paint('dim', context) + fit(printable(log.message), Math.max(20, sheet.width - used)),
      ].join('  ');
    });
  return [paint('dim', 'logs'), ...lines];
}

/** Local time of day, as on the wall clock of the person who reads it. */
function clockTime(nanos: bigint): string {
  const millis = Number(nanos / 1_000_000n);
  const time = new Date(millis);
  const fraction = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${fraction}`;
}
