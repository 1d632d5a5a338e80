import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { extensionName, reasonOf, userCodeFailed } from '../telemetry.warnings.js';

/**
 * An exporter of the application. Whatever it does, each of its exports comes to one result that can be looked at, and
 * nothing is thrown where nobody could catch it: in a callback of its own, or in a promise it returns though nobody waits
 * for one. Official exporters need none of this.
 */
export class SafeExporter implements SpanExporter {
  readonly #name: string;

  constructor(private readonly inner: SpanExporter) {
    this.#name = extensionName(inner, 'A span exporter');
  }

  /** What it is called in messages. */
  get name(): string {
    return this.#name;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    let isDone = false;
    const finish = (answer: unknown): void => {
      if (isDone) return;
      isDone = true;
      done(resultOf(answer));
    };
    const fail = (error: unknown): void => finish({ code: ExportResultCode.FAILED, error });
    try {
      const answer: unknown = this.inner.export(spans, finish);
      if (answer instanceof Promise) answer.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  forceFlush(): Promise<void> {
    return this.#settle('forceFlush');
  }

  shutdown(): Promise<void> {
    return this.#settle('shutdown');
  }

  async #settle(method: 'forceFlush' | 'shutdown'): Promise<void> {
    try {
      await this.inner[method]?.();
    } catch (error) {
      userCodeFailed(`${this.#name}.${method}()`, error);
    }
  }
}

function resultOf(answer: unknown): ExportResult {
  try {
    const { code, error } = answer as { readonly code?: unknown; readonly error?: unknown };
    if (code === ExportResultCode.SUCCESS) return { code };
    if (code === ExportResultCode.FAILED && error === undefined) return { code };
    if (code === ExportResultCode.FAILED) return failed(error);
  } catch (error) {
    return failed(error);
  }
  return failed('it answered with something else than a result');
}

function failed(error: unknown): ExportResult {
  return { code: ExportResultCode.FAILED, error: isReadable(error) ? error : new Error(reasonOf(error)) };
}

/** Whether the reason of an error can be found out without harm. */
function isReadable(error: unknown): error is Error {
  try {
    return error instanceof Error && typeof error.message === 'string' && typeof error.name === 'string';
  } catch {
    return false;
  }
}
