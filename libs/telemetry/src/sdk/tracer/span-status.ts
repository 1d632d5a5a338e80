import { diag, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';

/** The status to set; `undefined` for one that changes nothing. */
export function statusOf(status: SpanStatus): SpanStatus | undefined {
  let code: unknown;
  let message: unknown;
  try {
    ({ code, message } = status);
  } catch {
    diag.warn('Dropping a status that could not be read.');
    return undefined;
  }
  if (code === SpanStatusCode.OK) return { code };
  if (code !== SpanStatusCode.ERROR) {
    if (code !== SpanStatusCode.UNSET) diag.warn('Dropping a status with an invalid code.');
    return undefined;
  }
  if (typeof message === 'string') return { code, message };
  if (message !== undefined && message !== null) {
    diag.warn(`Dropping invalid status.message of type '${typeof message}', expected 'string'`);
  }
  return { code };
}
