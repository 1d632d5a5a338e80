import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { FinishedSpans } from './finished-spans.js';
import { renderTraceTree } from './trace-tree.js';
import { toTreeSpan } from './tree-span.js';

/** Options of {@link PrettyConsoleSpanExporter}. */
export interface PrettyConsoleOptions {
  /** Takes the text of a trace, line break included. @defaultValue writes to standard output */
  write?: (text: string) => void;
  /** @defaultValue whether standard output is a terminal and `NO_COLOR` is not set */
  colors?: boolean;
  /** Columns. @defaultValue those of the terminal, at most 160; 100 where there is none */
  width?: number;
  /** Finished spans kept while their local root is open; beyond that the oldest trace is printed as it is. @defaultValue 5000 */
  maxSpans?: number;
}

const WIDEST = 160;

/**
 * Prints traces as trees, for development: a trace appears when its root in this process has ended, with all that
 * has ended under it. What ends later is printed when it does. Memory is bounded, and nothing here can throw into
 * the application.
 * @since 0.1.0
 */
export class PrettyConsoleSpanExporter implements SpanExporter {
  private readonly spans: FinishedSpans;
  private readonly options: PrettyConsoleOptions;

  constructor(options: PrettyConsoleOptions = {}) {
    this.options = options;
    this.spans = new FinishedSpans(options.maxSpans ?? 5000);
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    let result: ExportResult = { code: ExportResultCode.SUCCESS };
    try {
      for (const span of spans) this.spans.add(span);
      for (const trace of this.spans.takeComplete()) this.print(trace);
    } catch (error) {
      result = {
        code: ExportResultCode.FAILED,
        error: error instanceof Error ? error : new Error(String(error)),
      };
    }
    resultCallback(result);
  }

  /** Prints what is left, complete or not. */
  async forceFlush(): Promise<void> {
    try {
      for (const trace of this.spans.takeAll()) this.print(trace);
    } catch {
      // A closed terminal must not disturb a shutdown.
    }
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
  }

  private print(trace: readonly ReadableSpan[]): void {
    const { write, colors, width } = this.options;
    const terminal = process.stdout;
    const text = renderTraceTree(trace.map(toTreeSpan), {
      colors: colors ?? (terminal.isTTY && !process.env['NO_COLOR']),
      width: width ?? Math.min(WIDEST, terminal.columns || 100),
    });
    if (write) write(`${text}\n\n`);
    else terminal.write(`${text}\n\n`);
  }
}
