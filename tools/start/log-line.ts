import type { TreeLog } from './trace.model.ts';

/** The log of a service's output line, if it is one that belongs to a trace. */
export function decodeLogLine(line: string, service: string): TreeLog | undefined {
  if (!line.startsWith('{')) return undefined;
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { trace_id: traceId, span_id: spanId, time, level, context, message } = record;
  if (typeof traceId !== 'string' || typeof time !== 'string') return undefined;
  return {
    traceId,
    ...(typeof spanId === 'string' && { spanId }),
    timeUnixNano: BigInt(Date.parse(time)) * 1_000_000n,
    severity: String(level),
    service,
    ...(typeof context === 'string' && { context }),
    message: typeof message === 'string' ? message : JSON.stringify(message),
  };
}
