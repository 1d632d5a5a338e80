import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { extensionName, userCodeFailed, warn, watchRejection } from '../telemetry.warnings.js';

/** A processor that makes spans sees those as well; one that goes on like that never comes to an end. */
const MAX_DEPTH = 4;

/**
 * A processor of the application. Whatever it does stays with it: what it throws, promises it rejects, spans it makes out
 * of its own spans. Our own processors need none of this.
 */
export class SafeSpanProcessor implements SpanProcessor {
  readonly onEnding?: (span: Span) => void;
  readonly #name: string;
  #depth = 0;

  constructor(private readonly inner: SpanProcessor) {
    this.#name = extensionName(inner, 'A span processor');
    if (typeof inner.onEnding === 'function') this.onEnding = (span) => this.#call('onEnding', span);
  }

  onStart(span: Span, parentContext: Context): void {
    this.#call('onStart', span, parentContext);
  }

  onEnd(span: ReadableSpan): void {
    this.#call('onEnd', span);
  }

  forceFlush(): Promise<void> {
    return this.#settle('forceFlush');
  }

  shutdown(): Promise<void> {
    return this.#settle('shutdown');
  }

  #call(method: 'onStart' | 'onEnding' | 'onEnd', span: unknown, context?: Context): void {
    if (this.#depth >= MAX_DEPTH) {
      const reason = 'it was called for spans it made itself, which would go on for ever';
      warn('NT_USER_CODE_FAILED', { where: this.#where(method), reason });
      return;
    }
    this.#depth += 1;
    try {
      const answer: unknown = this.inner[method]?.(span as never, context as never);
      if (answer !== undefined) watchRejection(this.#where(method), answer);
    } catch (error) {
      userCodeFailed(this.#where(method), error);
    } finally {
      this.#depth -= 1;
    }
  }

  async #settle(method: 'forceFlush' | 'shutdown'): Promise<void> {
    try {
      // JavaScript callers leave these out.
      await (this.inner as Partial<SpanProcessor>)[method]?.();
    } catch (error) {
      userCodeFailed(this.#where(method), error);
    }
  }

  #where(method: string): string {
    return `${this.#name}.${method}()`;
  }
}
