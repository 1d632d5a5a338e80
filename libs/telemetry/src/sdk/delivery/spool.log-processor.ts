import { encodeLogRecord } from '@nest-telemetry/otlp';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { warn } from '../../telemetry.warnings.js';
import type { QueueHealth } from '../health/export.health.js';
import type { SpoolOutlet } from './spool.outlet.js';

/** A record that was made before the resource was known. */
interface Early {
  readonly scope: InstrumentationScope;
  readonly bytes: Uint8Array;
}

/** Puts log records on disk when they are made: together with what else is written before the event loop waits. */
export class SpoolLogProcessor implements LogRecordProcessor {
  #early: Early[] = [];
  #isStopped = false;

  constructor(
    private readonly outlet: SpoolOutlet,
    private readonly queue: QueueHealth,
  ) {
    void outlet.ready.then(() => this.#holdEarly());
  }

  onEmit(record: ReadWriteLogRecord): void {
    if (this.#isStopped) return;
    const bytes = encodeLogRecord(record);
    if (bytes === undefined) {
      this.queue.dropped += 1;
      return;
    }
    const scope = record.instrumentationScope;
    const stream = this.outlet.stream(scope);
    if (stream === undefined) this.#keep({ scope, bytes });
    else {
      stream.hold(bytes);
      this.queue.processed += 1;
    }
  }

  async forceFlush(): Promise<void> {
    await this.outlet.ready;
    this.#holdEarly();
  }

  /** What was made is on disk; its delivery is waited for once for all signals. */
  async shutdown(): Promise<void> {
    this.#isStopped = true;
    await this.forceFlush();
  }

  #keep(early: Early): void {
    const { queue } = this;
    if (this.#early.length >= queue.capacity) {
      if (queue.dropped === 0) warn('NT_LOG_QUEUE_FULL', { size: queue.capacity });
      queue.dropped += 1;
      return;
    }
    this.#early.push(early);
    queue.size = this.#early.length;
  }

  #holdEarly(): void {
    for (const { scope, bytes } of this.#early.splice(0)) {
      this.outlet.stream(scope)?.hold(bytes);
      this.queue.processed += 1;
    }
    this.queue.size = 0;
  }
}
