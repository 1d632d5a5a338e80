import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { reasonOf, warn } from '../telemetry.warnings.js';
import type { Connections } from './connections.js';

/** Passes the result of an export on, after a failed one was warned about. Only the first result counts. */
export function reportExport(
  destination: string,
  connections: Connections,
  done: (result: ExportResult) => void,
): (result: ExportResult) => void {
  let isDone = false;
  return (result) => {
    if (isDone) return;
    isDone = true;
    // What was cut off at the end of the process is reported as such.
    if (result.code !== ExportResultCode.SUCCESS && !connections.destroyed)
      warn('NT_EXPORT_FAILED', { destination, reason: describe(result.error) });
    done(result);
  };
}

/** Connection failures to `localhost` come as an AggregateError with an empty message of its own. */
function describe(error: Error | undefined): string {
  if (error === undefined) return 'unknown reason';
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const { code, name } = error as { code?: unknown; name?: unknown };
  return reasonOf(error) || String(code ?? name);
}
