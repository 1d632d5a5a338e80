import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { RedactionOptions } from '../telemetry.options.js';
import { RedactingSpanProcessor } from './redacting.span-processor.js';
import { createRedactor } from './redaction/standard.redactor.js';

/**
 * Takes secrets out of spans in any OpenTelemetry SDK, by the rules of docs/guides/redaction.md, before they come to the
 * processor behind it. `TelemetryModule` does that by itself.
 *
 * @example
 * ```ts
 * new NodeSDK({ spanProcessors: [new SanitizingSpanProcessor(new BatchSpanProcessor({ exporter }))] });
 * ```
 * @since 0.1.0
 */
export class SanitizingSpanProcessor implements SpanProcessor {
  readonly #redacting: RedactingSpanProcessor;

  /**
   * @param next - gets the spans without their secrets; the span itself is not changed
   * @param options - the same as `redaction` of the module
   * @throws TelemetryError for a pattern that is not safe, or pseudonyms without a key
   */
  constructor(next: SpanProcessor, options: RedactionOptions = {}) {
    const { redactor } = createRedactor(options);
    this.#redacting = new RedactingSpanProcessor(next, () => redactor);
  }

  onStart(span: Span, parentContext: Context): void {
    this.#redacting.onStart(span, parentContext);
  }

  onEnding(span: Span): void {
    this.#redacting.onEnding(span);
  }

  onEnd(span: ReadableSpan): void {
    this.#redacting.onEnd(span);
  }

  /** Flushes the processor behind it. */
  forceFlush(): Promise<void> {
    return this.#redacting.forceFlush();
  }

  /** Shuts the processor behind it down. */
  shutdown(): Promise<void> {
    return this.#redacting.shutdown();
  }
}
