import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { extensionName, userCodeFailed } from '../telemetry.warnings.js';

/**
 * Runs processors in order and keeps each one's failure to itself: the SDK would let an exception travel into the code
 * that started or ended the span, and the processors after it would never see that span.
 */
export class GuardSpanProcessor implements SpanProcessor {
  /**
   * @param processors - in the order in which spans pass them
   * @param exporting - those among them that have reported already what their `forceFlush` and `shutdown` fail with
   */
  constructor(
    private readonly processors: readonly SpanProcessor[],
    private readonly exporting: ReadonlySet<SpanProcessor> = new Set(),
  ) {}

  onStart(span: Span, parentContext: Context): void {
    for (const processor of this.processors) {
      try {
        processor.onStart(span, parentContext);
      } catch (error) {
        report(processor, 'onStart', error);
      }
    }
  }

  onEnding(span: Span): void {
    for (const processor of this.processors) {
      if (processor.onEnding === undefined) continue;
      try {
        processor.onEnding(span);
      } catch (error) {
        report(processor, 'onEnding', error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    for (const processor of this.processors) {
      try {
        processor.onEnd(span);
      } catch (error) {
        report(processor, 'onEnd', error);
      }
    }
  }

  async forceFlush(): Promise<void> {
    await this.all('forceFlush');
  }

  async shutdown(): Promise<void> {
    await this.all('shutdown');
  }

  private async all(method: 'forceFlush' | 'shutdown'): Promise<void> {
    await Promise.all(
      this.processors.map(async (processor) => {
        try {
          await processor[method]();
        } catch (error) {
          if (!this.exporting.has(processor)) report(processor, method, error);
        }
      }),
    );
  }
}

function report(processor: SpanProcessor, method: string, error: unknown): void {
  userCodeFailed(`${extensionName(processor, 'A span processor')}.${method}()`, error);
}
