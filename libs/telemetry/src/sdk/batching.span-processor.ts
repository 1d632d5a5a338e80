import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { BatchOptions } from '../telemetry.options.js';
import type { EncodingHealth } from './encoding.span-processor.js';
import { RecordQueue, type Sender, SPAN_QUEUE_WARNINGS } from './logs/record.queue.js';

/**
 * Batches spans for exporters that take them as objects. The official processor keeps a process that wants to end alive for
 * as long as an export may take.
 */
export class BatchingSpanProcessor implements SpanProcessor {
  readonly #spans: ReadableSpan[] = [];
  readonly #queue: RecordQueue<ReadableSpan[]>;

  constructor(sender: Sender<ReadableSpan[]>, limits: Required<BatchOptions>, health: EncodingHealth) {
    const sizeOf = (): number => this.#spans.length;
    const batch = {
      get size() {
        return sizeOf();
      },
      take: () => this.#spans.splice(0),
    };
    this.#queue = new RecordQueue(batch, sender, limits, health, SPAN_QUEUE_WARNINGS);
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0 || !this.#queue.hasRoom()) return;
    this.#spans.push(span);
    this.#queue.added(span.resource);
  }

  /** Resolves when everything that had ended before the call was sent or given up. */
  forceFlush(): Promise<void> {
    return this.#queue.flush();
  }

  /** Sends what is waiting and takes no more. */
  shutdown(): Promise<void> {
    return this.#queue.shutdown();
  }
}
