import type { Signal } from '@nest-telemetry/otlp';
import type { RecordRun } from '../record/group.js';

/** How much may be in a batch. */
export interface BatchLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** The oldest waiting records of something; they go on waiting until they are settled. */
export interface Batch {
  readonly signal: Signal;
  readonly runs: readonly RecordRun[];
  /** Records in them. */
  readonly count: number;
  /** There is more behind it already. */
  readonly isFull: boolean;
  /** What it was taken from: the same object for the batch that comes next. */
  readonly origin: object;
}

/** Where a sender gets records. One batch of a signal is out at a time. */
export interface RecordSource {
  /**
   * The next batch, or undefined when nothing waits.
   * @param except - origins that are not looked at
   */
  take(signal: Signal, limits: BatchLimits, except: ReadonlySet<object>): Batch | undefined;
  /**
   * Resolves when something comes, where nothing of the signal waits and the source notices; undefined otherwise, and it has
   * to be asked again.
   */
  arrival?(signal: Signal): Promise<unknown> | undefined;
  /** Its records are delivered or given up. */
  settle(batch: Batch): void;
  /** Its records wait on. */
  giveBack(batch: Batch): void;
  /** Records that wait, as far as known. */
  waiting(): number;
}
