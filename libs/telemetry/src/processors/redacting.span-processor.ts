import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { reasonOf, warn } from '../telemetry.warnings.js';
import type { Redactor } from './redaction/redactor.js';

/**
 * Hands spans on without the secrets in them. Processors behind it see a span that is written to as it is, and one that
 * has ended as it leaves the process. A span that cannot be redacted goes no further.
 */
export class RedactingSpanProcessor implements SpanProcessor {
  constructor(
    private readonly next: SpanProcessor,
    private readonly redactor: () => Redactor,
  ) {}

  onStart(span: Span, parentContext: Context): void {
    this.next.onStart(span, parentContext);
  }

  onEnding(span: Span): void {
    this.next.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    let redacted: ReadableSpan;
    try {
      redacted = this.redactor().span(span);
    } catch (error) {
      warn('NT_USER_CODE_FAILED', { where: 'A span that was to be redacted', reason: reasonOf(error) });
      return;
    }
    this.next.onEnd(redacted);
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}
