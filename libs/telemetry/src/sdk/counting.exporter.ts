import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { ExportHealth } from './health/export.health.js';

/** Counts what becomes of spans. */
export class CountingExporter implements SpanExporter {
  constructor(
    private readonly inner: SpanExporter,
    private readonly health: ExportHealth,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const { length } = spans;
    const beganAt = this.health.began(length);
    let isDone = false;
    const end = (result: ExportResult): void => {
      if (!isDone) this.health.ended(length, beganAt, exportErrorType(result));
      isDone = true;
      done(result);
    };
    try {
      this.inner.export(spans, end);
    } catch (error) {
      end({ code: ExportResultCode.FAILED, error: error as Error });
    }
  }

  async forceFlush(): Promise<void> {
    await this.inner.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }
}

/** `error.type` of an export: the name of its error, `undefined` for one that succeeded. */
export function exportErrorType({ code, error }: ExportResult): string | undefined {
  if (code === ExportResultCode.SUCCESS) return undefined;
  return error instanceof Error ? error.name : '_OTHER';
}
