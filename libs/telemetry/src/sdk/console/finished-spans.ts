import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Ids of printed spans that are remembered, to know the late ones. */
const REMEMBERED = 10_000;

/** Finished spans waiting for the span of this process that started them all. */
export class FinishedSpans {
  private readonly traces = new Map<string, ReadableSpan[]>();
  private readonly taken = new Set<string>();
  private size = 0;

  constructor(private readonly maxSize: number) {}

  add(span: ReadableSpan): void {
    const { traceId } = span.spanContext();
    const trace = this.traces.get(traceId);
    if (trace) trace.push(span);
    else this.traces.set(traceId, [span]);
    this.size += 1;
  }

  /**
   * Takes what is complete: for each ended local root the spans below it, and late spans whose parent is gone
   * already. When there are too many spans, the oldest traces go as they are.
   */
  takeComplete(): ReadableSpan[][] {
    const complete: ReadableSpan[][] = [];
    for (const [traceId, trace] of this.traces) {
      if (!trace.some((span) => this.isTop(span))) continue;
      const ready = this.descendants(trace);
      const rest = trace.filter((span) => !ready.has(span));
      if (rest.length > 0) this.traces.set(traceId, rest);
      else this.traces.delete(traceId);
      complete.push(this.take([...ready]));
    }
    for (const [traceId, trace] of this.traces) {
      if (this.size <= this.maxSize) break;
      this.traces.delete(traceId);
      complete.push(this.take(trace));
    }
    return complete;
  }

  takeAll(): ReadableSpan[][] {
    const all = [...this.traces.values()].map((trace) => this.take(trace));
    this.traces.clear();
    return all;
  }

  private isTop({ parentSpanContext }: ReadableSpan): boolean {
    return (
      !parentSpanContext || parentSpanContext.isRemote === true || this.taken.has(parentSpanContext.spanId)
    );
  }

  private descendants(trace: readonly ReadableSpan[]): Set<ReadableSpan> {
    const children = new Map<string | undefined, ReadableSpan[]>();
    for (const span of trace) {
      const parentId = span.parentSpanContext?.spanId;
      const siblings = children.get(parentId);
      if (siblings) siblings.push(span);
      else children.set(parentId, [span]);
    }
    const open = trace.filter((span) => this.isTop(span));
    const found = new Set<ReadableSpan>(open);
    for (let span = open.pop(); span; span = open.pop()) {
      for (const child of children.get(span.spanContext().spanId) ?? []) {
        if (found.has(child)) continue;
        found.add(child);
        open.push(child);
      }
    }
    return found;
  }

  private take(spans: ReadableSpan[]): ReadableSpan[] {
    this.size -= spans.length;
    for (const span of spans) this.taken.add(span.spanContext().spanId);
    for (const id of this.taken) {
      if (this.taken.size <= REMEMBERED) break;
      this.taken.delete(id);
    }
    return spans;
  }
}
