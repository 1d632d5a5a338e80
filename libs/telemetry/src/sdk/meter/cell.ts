import type { Context } from '@opentelemetry/api';
import type { Exemplar } from '../../metrics/exemplar.js';

/**
 * The numbers of one series. There is one for all readers: measurements are added up once, and a reader that wants
 * differences is told the difference to what it was told before. One that never asks costs nothing.
 */
export interface Cell<P = unknown> {
  /** Grows with every measurement. */
  updates: number;
  /** Of the latest measurements in sampled traces, where the kind of cell keeps them. */
  readonly exemplars: readonly (Exemplar | undefined)[] | undefined;
  record(value: number, context: Context | undefined): void;
  /** Takes what a callback reported; `adds` when it comes on top of what was reported in the same round. */
  observe(value: number, adds: boolean): void;
  /** Everything since the series began. */
  total(): P;
  /** What came since the reader of that number asked last. */
  since(reader: number): P;
}
