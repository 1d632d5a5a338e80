import type { DataPoint } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from './exemplar.js';

/** What was made of a series' attributes for one kind of page. */
export interface LabelNote {
  readonly labels: string;
  /** Number of the comparison that found these labels different from those of all others that have it. */
  comparison: number;
}

/** What is kept with a series, for each kind of page once it was written. */
export interface SeriesNotes {
  plain: LabelNote | undefined;
  utf8: LabelNote | undefined;
}

/** A data point of our SDK. What goes beyond the official shape is not seen by who does not know it. */
export interface LeanDataPoint<T = unknown> extends DataPoint<T> {
  /** Of each bucket of a histogram one at most, of exponential ones and of counters some of the latest. */
  readonly exemplars?: readonly Exemplar[];
  /** The same object at every collection, for the attributes of a series never change. */
  readonly notes?: SeriesNotes;
}
