import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { Connections } from './connections.js';
import { reportExport } from './export-report.js';

/** What every exporter of the SDK has, whatever it exports. */
interface Exporter<T> {
  export(items: T, done: (result: ExportResult) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * Says that an export failed. The SDK itself only tells its diagnostic logger, which nobody has set, so that a wrong
 * endpoint would go unnoticed until somebody misses the traces.
 */
export class ReportingExporter<T> implements Exporter<T> {
  constructor(
    private readonly inner: Exporter<T>,
    private readonly destination: string,
    private readonly connections: Connections,
  ) {}

  export(items: T, done: (result: ExportResult) => void): void {
    const finish = reportExport(this.destination, this.connections, done);
    if (this.connections.destroyed) {
      // Whatever it would open now keeps a process alive that wants to end.
      finish({ code: ExportResultCode.FAILED });
      return;
    }
    try {
      this.connections.during(() => this.inner.export(items, finish));
    } catch (error) {
      finish({ code: ExportResultCode.FAILED, error: error as Error });
    }
  }

  async forceFlush(): Promise<void> {
    await this.inner.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }
}
