import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { warn } from '../telemetry.warnings.js';

/**
 * Says that an export failed. The SDK itself only tells its diagnostic logger, which nobody has set, so that a wrong
 * endpoint would go unnoticed until somebody misses the traces.
 */
export class ReportingSpanExporter implements SpanExporter {
  constructor(
    private readonly inner: SpanExporter,
    private readonly destination: string,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.inner.export(spans, (result) => {
      if (result.code !== ExportResultCode.SUCCESS) {
        warn('NT_EXPORT_FAILED', { destination: this.destination, reason: describe(result.error) });
      }
      done(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.inner.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }
}

/** Connection failures to `localhost` come as an AggregateError with an empty message of its own. */
function describe(error: Error | undefined): string {
  if (error === undefined) return 'unknown reason';
  if (error instanceof AggregateError && error.errors.length > 0) return (error.errors[0] as Error).message;
  const code = (error as { code?: unknown }).code;
  return error.message || (typeof code === 'string' ? code : error.name);
}
