import { context } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, suppressTracing } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { TelemetryCode } from '../../telemetry.errors.js';
import type { BatchOptions } from '../../telemetry.options.js';
import { warn } from '../../telemetry.warnings.js';
import { exportErrorType } from '../health/export.error.js';
import type { EncodingHealth } from '../encoding.span-processor.js';

/** Records that go into the next request, encoded or not. */
interface Batch<Request> {
  readonly size: number;
  /** Everything that is in it; it is empty afterwards. */
  take(): Request;
}

/** Sends one finished request; exporters and the official OTLP transports have this shape. */
export interface Sender<Request> {
  export(request: Request, done: (result: ExportResult) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A request that waits to be sent. */
interface Sealed<Request> {
  readonly request: Request;
  readonly size: number;
}

/** What is said when records are dropped, and when there is room again. */
interface QueueWarnings {
  readonly full: TelemetryCode;
  readonly dropped: TelemetryCode;
}

export const SPAN_QUEUE_WARNINGS: QueueWarnings = { full: 'NT_QUEUE_FULL', dropped: 'NT_SPANS_DROPPED' };
export const LOG_QUEUE_WARNINGS: QueueWarnings = { full: 'NT_LOG_QUEUE_FULL', dropped: 'NT_LOGS_DROPPED' };

/**
 * Sends a batch when it is full or old enough, one request at a time. Counts what waits; a full queue refuses what is
 * new, and says so when that begins and when it is over.
 */
export class RecordQueue<Request> {
  readonly #sealed: Sealed<Request>[] = [];
  /** Under way while attributes of the resource are being found out. */
  #settling: Promise<void> | undefined;
  #settled = false;
  #resource: Resource | undefined;
  #open = 0;
  #waiting = 0;
  #dropped = 0;
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    private readonly batch: Batch<Request>,
    private readonly sender: Sender<Request>,
    private readonly limits: Required<BatchOptions>,
    private readonly health: EncodingHealth,
    private readonly warnings: QueueWarnings,
  ) {}

  /** Whether one more record may be put into the batch; one that may not is counted. */
  hasRoom(): boolean {
    if (this.#stopped !== undefined) return false;
    if (this.#waiting < this.limits.maxQueueSize) return true;
    if (this.#dropped === 0) warn(this.warnings.full, { size: this.limits.maxQueueSize });
    this.#dropped += 1;
    this.health.queue.dropped += 1;
    return false;
  }

  /** Something was put into the batch. */
  added(resource: Resource): void {
    const { size } = this.batch;
    this.#waiting += size - this.#open;
    this.#open = size;
    this.#resource ??= resource;
    this.health.queue.size = this.#waiting;
    if (size >= this.limits.maxExportBatchSize) this.#seal();
    else this.#timer ??= setTimeout(this.#onTimer, this.limits.scheduledDelayMillis).unref();
  }

  /** Resolves when everything that was added before the call was sent or given up. */
  async flush(): Promise<void> {
    this.#seal();
    await this.#settling;
    while (this.#sending !== undefined) await this.#sending;
    await this.sender.forceFlush?.();
  }

  shutdown(): Promise<void> {
    this.#stopped ??= this.flush().then(() => this.sender.shutdown());
    return this.#stopped;
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    this.#seal();
  };

  #seal(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#resource?.asyncAttributesPending === true && !this.#settled) {
      this.#settling ??= this.#settle(this.#resource);
      return;
    }
    const { size } = this.batch;
    if (size > 0) this.#sealed.push({ request: this.batch.take(), size });
    this.#open = 0;
    this.#sending ??= this.#sealed.length > 0 ? this.#sendAll() : undefined;
  }

  async #settle(resource: Resource): Promise<void> {
    try {
      await resource.waitForAsyncAttributes?.();
    } catch {
      // A detector failed: the records go without its attributes.
    }
    this.#settled = true;
    this.#settling = undefined;
    this.#seal();
  }

  async #sendAll(): Promise<void> {
    for (let batch = this.#sealed.shift(); batch !== undefined; batch = this.#sealed.shift()) {
      await this.#send(batch);
      this.#waiting -= batch.size;
      this.health.queue.size = this.#waiting;
      this.health.queue.processed += batch.size;
      this.#reportDropped();
    }
    this.#sending = undefined;
  }

  /** Never rejects: the sender reports what it could not send. */
  async #send({ request, size }: Sealed<Request>): Promise<void> {
    const { exporter } = this.health;
    const beganAt = exporter.began(size);
    const errorType = await new Promise<string | undefined>((resolve) => {
      const giveUp = setTimeout(() => resolve('timeout'), this.limits.exportTimeoutMillis).unref();
      const done = (result: ExportResult): void => {
        clearTimeout(giveUp);
        resolve(exportErrorType(result));
      };
      // Our own requests are not traced.
      context.with(suppressTracing(context.active()), () => {
        try {
          this.sender.export(request, done);
        } catch (error) {
          done({ code: ExportResultCode.FAILED, error: error as Error });
        }
      });
    });
    exporter.ended(size, beganAt, errorType);
  }

  #reportDropped(): void {
    if (this.#dropped === 0 || this.#waiting >= this.limits.maxQueueSize / 2) return;
    warn(this.warnings.dropped, { count: this.#dropped });
    this.#dropped = 0;
  }
}
