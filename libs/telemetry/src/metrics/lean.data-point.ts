import type { DataPoint } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from './exemplar.js';

/** What was made of a series' attributes, kept with the series: the labels of each kind of page. */
export interface SeriesNotes {
  plain: string | undefined;
  utf8: string | undefined;
}

/** A data point of our SDK. What goes beyond the official shape is not seen by who does not know it. */
export interface LeanDataPoint<T = unknown> extends DataPoint<T> {
  /** One for each bucket at most. */
  readonly exemplars?: readonly (Exemplar | undefined)[];
  /** The same object at every collection, for the attributes of a series never change. */
  readonly notes?: SeriesNotes;
}
