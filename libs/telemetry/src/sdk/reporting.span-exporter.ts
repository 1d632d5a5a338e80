import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Connections } from './connections.js';
import { reportExport } from './export-report.js';

/**
 * Says that an export failed. The SDK itself only tells its diagnostic logger, which nobody has set, so that a wrong
 * endpoint would go unnoticed until somebody misses the traces.
 */
export class ReportingSpanExporter implements SpanExporter {
  constructor(
    private readonly inner: SpanExporter,
    private readonly destination: string,
    private readonly connections: Connections,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const finish = reportExport(this.destination, this.connections, done);
    try {
      this.connections.during(() => this.inner.export(spans, finish));
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
