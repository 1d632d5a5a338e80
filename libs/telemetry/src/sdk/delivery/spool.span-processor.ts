import { SpanRecorder } from '@nest-telemetry/otlp';
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { warn } from '../../telemetry.warnings.js';
import type { QueueHealth } from '../health/export.health.js';
import { RecordedSpan } from '../tracer/recorded.span.js';
import type { Delivery } from './delivery.js';
import type { RequestWatch } from './open.requests.js';
import type { SpoolOutlet } from './spool.outlet.js';

/** A span that ended before the resource was known. */
interface Early {
  readonly scope: InstrumentationScope;
  readonly bytes: Uint8Array;
  readonly isError: boolean;
}

/** What the processor works with. */
export interface SpoolSpanParts {
  readonly delivery: Delivery;
  readonly outlet: SpoolOutlet;
  readonly queue: QueueHealth;
  readonly openRequests: RequestWatch;
  /** How long a flush waits, in milliseconds. */
  readonly timeoutMillis: number;
}

/** So many are encoded in one go; more would only grow old meanwhile. */
const MOST_ENDED = 64;

/**
 * Puts spans on disk when they end. When there are many, those that end in one turn of the event loop are encoded and
 * written together at its end: encoding several in one go costs less than encoding each in between other work, and a write
 * costs as much for all of them as for one.
 */
export class SpoolSpanProcessor implements SpanProcessor {
  readonly #parts: SpoolSpanParts;
  readonly #recorder: SpanRecorder;
  #ended: ReadableSpan[] = [];
  #immediate: NodeJS.Immediate | undefined;
  #early: Early[] = [];
  #isStopped = false;

  constructor(parts: SpoolSpanParts) {
    this.#parts = parts;
    this.#recorder = new SpanRecorder({ onDropped: () => (parts.queue.dropped += 1) });
    void parts.outlet.ready.then(() => this.#appendEarly());
    // Ahead of the spool, which then writes down what it was given.
    process.prependListener('exit', this.#writeEnded);
  }

  onStart(span: Span): void {
    if (span instanceof RecordedSpan) this.#parts.openRequests.started(span);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#isStopped) return;
    const context = span.spanContext();
    // Tail sampling may have dropped it.
    if ((context.traceFlags & TraceFlags.SAMPLED) === 0) {
      if (isHandling(span)) this.#parts.openRequests.ended(context);
      return;
    }
    this.#ended.push(span);
    if (!this.#parts.outlet.isBusy || this.#ended.length >= MOST_ENDED) this.#writeEnded();
    else this.#immediate ??= setImmediate(this.#writeEnded);
  }

  readonly #writeEnded = (): void => {
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    const ended = this.#ended;
    if (ended.length === 0) return;
    this.#ended = [];
    const { openRequests } = this.#parts;
    const last = ended.length - 1;
    for (const [index, span] of ended.entries()) this.#write(span, index < last);
    // Last, so that there is no moment in which nothing is known of a request.
    for (const span of ended) if (isHandling(span)) openRequests.ended(span.spanContext());
  };

  #write(span: ReadableSpan, isHeld: boolean): void {
    const isRecorded = span instanceof RecordedSpan;
    const bytes = this.#recorder.encode(span, isRecorded ? span.attributeParts : undefined);
    if (bytes === undefined) return;
    const { instrumentationScope: scope } = span;
    const isError = hasFailed(span);
    const stream = this.#parts.outlet.stream(scope);
    if (stream === undefined) this.#keep({ scope, bytes: Uint8Array.from(bytes), isError });
    else {
      this.#parts.queue.processed += 1;
      if (isHeld) stream.hold(bytes, isError);
      else stream.append(bytes, isError);
    }
  }

  async forceFlush(): Promise<void> {
    this.#writeEnded();
    await this.#parts.outlet.ready;
    this.#appendEarly();
    await this.#parts.delivery.deliver({ timeoutMillis: this.#parts.timeoutMillis });
  }

  /** What has ended is on disk; the end of the delivery is not this processor's, for others use it as well. */
  async shutdown(): Promise<void> {
    this.#isStopped = true;
    process.off('exit', this.#writeEnded);
    this.#writeEnded();
    this.#parts.openRequests.stop();
    await this.#parts.outlet.ready;
    this.#appendEarly();
  }

  #keep(early: Early): void {
    const { queue } = this.#parts;
    if (this.#early.length >= queue.capacity) {
      if (queue.dropped === 0) warn('NT_QUEUE_FULL', { size: queue.capacity });
      queue.dropped += 1;
      return;
    }
    this.#early.push(early);
    queue.size = this.#early.length;
  }

  #appendEarly(): void {
    const { outlet, queue } = this.#parts;
    for (const { scope, bytes, isError } of this.#early.splice(0)) {
      outlet.stream(scope)?.append(bytes, isError);
      queue.processed += 1;
    }
    queue.size = 0;
  }
}

/** A processor of the user's may have put anything where the status was. */
function hasFailed(span: ReadableSpan): boolean {
  try {
    return span.status.code === SpanStatusCode.ERROR;
  } catch {
    return false;
  }
}

function isHandling({ kind }: ReadableSpan): boolean {
  return kind === SpanKind.SERVER || kind === SpanKind.CONSUMER;
}
