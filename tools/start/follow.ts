import type { Trace } from './trace.model.ts';
import type { TraceStore } from './trace.store.ts';

const QUIET_MILLIS = 700;

/** Hands over every request's trace once nothing more arrives for it, until the signal aborts. */
export async function followTraces(
  store: TraceStore,
  onTrace: (trace: Trace) => void,
  { seen, signal }: { readonly seen: string; readonly signal: AbortSignal },
): Promise<void> {
  const done = new Set([seen]);
  const waiting = new Map<string, NodeJS.Timeout>();
  for await (const traceId of store.changes(signal)) {
    if (done.has(traceId)) continue;
    clearTimeout(waiting.get(traceId));
    const settle = () => {
      waiting.delete(traceId);
      const trace = store.get(traceId);
      // Spans of a service's start have no request above them.
      if (!trace.spans.some(({ kind, parentSpanId }) => kind === 'server' && parentSpanId === undefined))
        return;
      done.add(traceId);
      onTrace(trace);
    };
    waiting.set(traceId, setTimeout(settle, QUIET_MILLIS));
  }
  for (const timer of waiting.values()) clearTimeout(timer);
}
