import { EventEmitter, on } from 'node:events';
import type { Trace, TreeLog, TreeSpan } from './trace.model.ts';

/** Spans and log lines as they arrive, by trace. */
export class TraceStore {
  readonly #traces = new Map<string, { spans: TreeSpan[]; logs: TreeLog[] }>();
  readonly #changes = new EventEmitter<{ change: [traceId: string] }>();

  addSpans(spans: readonly TreeSpan[]): void {
    for (const span of spans) this.#at(span.traceId).spans.push(span);
    for (const traceId of new Set(spans.map((span) => span.traceId))) this.#changes.emit('change', traceId);
  }

  addLog(log: TreeLog): void {
    this.#at(log.traceId).logs.push(log);
    this.#changes.emit('change', log.traceId);
  }

  get(traceId: string): Trace {
    return this.#traces.get(traceId) ?? { spans: [], logs: [] };
  }

  /** Ids of the traces that change, until the signal aborts. */
  async *changes(signal: AbortSignal): AsyncGenerator<string> {
    try {
      for await (const [traceId] of on(this.#changes, 'change', { signal })) yield traceId as string;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #at(traceId: string): { spans: TreeSpan[]; logs: TreeLog[] } {
    const trace = this.#traces.get(traceId) ?? { spans: [], logs: [] };
    this.#traces.set(traceId, trace);
    return trace;
  }
}
