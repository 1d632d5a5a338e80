import type { Context } from '@opentelemetry/api';
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { reasonOf, warn } from '../telemetry.warnings.js';

/** Runs processors of log records in order and keeps each one's failure to itself, as `GuardSpanProcessor` does. */
export class GuardLogProcessor implements LogRecordProcessor {
  /** Whether records are taken, known without asking: by one that takes all, or because there is none. */
  readonly takes: boolean | undefined;

  /**
   * @param processors - in the order in which records pass them
   * @param exporting - those among them that have reported already what their `forceFlush` and `shutdown` fail with
   */
  constructor(
    private readonly processors: readonly LogRecordProcessor[],
    private readonly exporting: ReadonlySet<LogRecordProcessor> = new Set(),
  ) {
    if (processors.some((processor) => processor.enabled === undefined)) this.takes = true;
    else this.takes = processors.length === 0 ? false : undefined;
  }

  /** Whether there is anybody to take a record. */
  enabled(options: Parameters<NonNullable<LogRecordProcessor['enabled']>>[0]): boolean {
    for (const processor of this.processors) {
      if (processor.enabled === undefined) return true;
      try {
        if (processor.enabled(options)) return true;
      } catch (error) {
        report(processor, 'enabled', error);
      }
    }
    return false;
  }

  onEmit(record: ReadWriteLogRecord, context: Context): void {
    for (const processor of this.processors) {
      try {
        processor.onEmit(record, context);
      } catch (error) {
        report(processor, 'onEmit', error);
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

function report(processor: LogRecordProcessor, method: string, error: unknown): void {
  const where = `${processor.constructor.name}.${method}()`;
  warn('NT_USER_CODE_FAILED', { where, reason: reasonOf(error) });
}
