import type { Attributes } from '@opentelemetry/api';
import type { DataPoint, MetricData } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from './exemplar.js';

/** What is kept with a series, for each kind of page once it was written. */
export interface SeriesNotes {
  /** Its labels as text. */
  plain: string | undefined;
  utf8: string | undefined;
  /** Number of the comparison that found these labels different from those of all others that have it; 0 for none. */
  plainComparison: number;
  utf8Comparison: number;
}

/** Whatever is written with labels. */
export interface Labelled {
  readonly attributes: Attributes;
  /** The same object at every collection, for the attributes of a series never change. */
  readonly notes?: SeriesNotes;
}

/** A data point of our SDK. What goes beyond the official shape is not seen by who does not know it. */
export interface LeanDataPoint<T = unknown> extends DataPoint<T>, Labelled {
  /** Of each bucket of a histogram one at most, of exponential ones and of counters some of the latest. */
  readonly exemplars?: readonly Exemplar[];
}

/**
 * Points that are made when they are asked for, each with its numbers of that moment. Kept in a list, those of many
 * series outlive the young generation, and what a scrape then leaves behind is cleared up in one long block.
 */
export interface PointSequence extends Iterable<LeanDataPoint> {
  /** All that may be among the points, always the same ones, and perhaps some more. */
  readonly series: Iterable<Labelled>;
  /** One of the points. */
  readonly example: LeanDataPoint;
}

/** A metric for a reader that wants its points one at a time; a list is made for who asks for one all the same. */
export type SequentialMetricData = MetricData & { readonly points: PointSequence };

/** A reader that asks for {@link SequentialMetricData}. */
export interface SequentialReader {
  readonly readsSequences: true;
}
