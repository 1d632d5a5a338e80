import { SpanBatch } from '@nest-telemetry/otlp';
import { context, TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, suppressTracing } from '@opentelemetry/core';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { BatchOptions } from '../telemetry.options.js';
import { warn } from '../telemetry.warnings.js';
import { exportErrorType } from './health/export.error.js';
import { ExportHealth, QueueHealth } from './health/export.health.js';
import { RecordedSpan } from './tracer/recorded.span.js';

/** Sends one finished request; the official OTLP transports have this shape. */
export interface RequestSender {
  export(request: Uint8Array, done: (result: ExportResult) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** What the processor tells about itself. */
export interface EncodingHealth {
  readonly exporter: ExportHealth;
  readonly queue: QueueHealth;
}

/** A request that waits to be sent. */
interface Sealed {
  readonly request: Uint8Array;
  readonly size: number;
}

/** So many are encoded in one go, which costs less than encoding each in between other work; more would only grow old. */
const MOST_ENDED = 64;

/**
 * Batches spans for an OTLP exporter like the official batch processor (specification, "Batching processor"), but as
 * bytes: spans are encoded soon after they end and forgotten. Kept as objects until their batch is sent, they survive
 * long enough to be moved by every garbage collection in between, which costs a request more than encoding does.
 *
 * One request is under way at a time. A full queue refuses new spans, and says so when it begins and when it is over.
 */
export class EncodingSpanProcessor implements SpanProcessor {
  readonly #sender: RequestSender;
  readonly #limits: Required<BatchOptions>;
  readonly #health: EncodingHealth;
  readonly #open = new SpanBatch();
  #ended: ReadableSpan[] = [];
  readonly #sealed: Sealed[] = [];
  /** Under way while attributes of the resource are being found out. */
  #settling: Promise<void> | undefined;
  #settled = false;
  #resource: ReadableSpan['resource'] | undefined;
  #waiting = 0;
  #dropped = 0;
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  constructor(sender: RequestSender, limits: Required<BatchOptions>, health?: EncodingHealth) {
    this.#sender = sender;
    this.#limits = limits;
    this.#health = health ?? unreported(limits.maxQueueSize);
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0 || this.#stopped !== undefined) return;
    if (this.#waiting >= this.#limits.maxQueueSize) {
      this.#drop();
      return;
    }
    this.#ended.push(span);
    this.#waiting += 1;
    this.#health.queue.size = this.#waiting;
    const isFull = this.#open.size + this.#ended.length >= this.#limits.maxExportBatchSize;
    if (isFull || this.#ended.length >= MOST_ENDED) this.#encode();
    if (this.#open.size >= this.#limits.maxExportBatchSize) this.#seal();
    else this.#timer ??= setTimeout(this.#onTimer, this.#limits.scheduledDelayMillis).unref();
  }

  /** Resolves when everything that had ended before the call was sent or given up. */
  async forceFlush(): Promise<void> {
    this.#seal();
    await this.#settling;
    while (this.#sending !== undefined) await this.#sending;
    await this.#sender.forceFlush();
  }

  /** Sends what is waiting and takes no more. */
  shutdown(): Promise<void> {
    this.#stopped ??= this.forceFlush().then(() => this.#sender.shutdown());
    return this.#stopped;
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    this.#seal();
  };

  /** Those of which nothing can be read wait no longer. */
  #encode(): void {
    const [ended, before] = [this.#ended, this.#open.size];
    this.#ended = [];
    for (const span of ended) {
      this.#resource ??= span.resource;
      this.#open.add(span, span instanceof RecordedSpan ? span.attributeParts : undefined);
    }
    this.#waiting -= ended.length - (this.#open.size - before);
    this.#health.queue.size = this.#waiting;
  }

  #seal(): void {
    this.#encode();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#resource?.asyncAttributesPending === true && !this.#settled) {
      this.#settling ??= this.#settle(this.#resource);
      return;
    }
    const { size } = this.#open;
    if (size > 0) this.#sealed.push({ request: this.#open.take(), size });
    this.#sending ??= this.#sealed.length > 0 ? this.#sendAll() : undefined;
  }

  async #settle(resource: ReadableSpan['resource']): Promise<void> {
    try {
      await resource.waitForAsyncAttributes?.();
    } catch {
      // A detector failed: the spans go without its attributes.
    }
    this.#settled = true;
    this.#settling = undefined;
    this.#seal();
  }

  async #sendAll(): Promise<void> {
    for (let batch = this.#sealed.shift(); batch !== undefined; batch = this.#sealed.shift()) {
      await this.#send(batch);
      this.#waiting -= batch.size;
      this.#health.queue.size = this.#waiting;
      this.#health.queue.processed += batch.size;
      this.#reportDropped();
    }
    this.#sending = undefined;
  }

  /** Never rejects: the sender reports what it could not send. */
  async #send({ request, size }: Sealed): Promise<void> {
    const { exporter } = this.#health;
    const beganAt = exporter.began(size);
    const errorType = await new Promise<string | undefined>((resolve) => {
      const giveUp = setTimeout(() => resolve('timeout'), this.#limits.exportTimeoutMillis).unref();
      const done = (result: ExportResult): void => {
        clearTimeout(giveUp);
        resolve(exportErrorType(result));
      };
      // Our own requests are not traced.
      context.with(suppressTracing(context.active()), () => {
        try {
          this.#sender.export(request, done);
        } catch (error) {
          done({ code: ExportResultCode.FAILED, error: error as Error });
        }
      });
    });
    exporter.ended(size, beganAt, errorType);
  }

  #drop(): void {
    if (this.#dropped === 0) warn('NT_QUEUE_FULL', { size: this.#limits.maxQueueSize });
    this.#dropped += 1;
    this.#health.queue.dropped += 1;
  }

  #reportDropped(): void {
    if (this.#dropped === 0 || this.#waiting >= this.#limits.maxQueueSize / 2) return;
    warn('NT_SPANS_DROPPED', { count: this.#dropped });
    this.#dropped = 0;
  }
}

function unreported(capacity: number): EncodingHealth {
  const exporter = new ExportHealth({ type: '', name: '', item: 'span' }, () => undefined);
  return { exporter, queue: new QueueHealth({ type: '', name: '' }, 'span', capacity) };
}
