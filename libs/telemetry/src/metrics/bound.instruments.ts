import type { Attributes, Context, Histogram, UpDownCounter } from '@opentelemetry/api';

/** A histogram with its attributes settled: recording finds no series, it has one. */
export interface BoundHistogram {
  /** As `Histogram.record()`; the context tells which trace an exemplar leads to. */
  record(value: number, context?: Context): void;
}

/** What our own SDK offers beyond the API. */
export interface LeanHistogramHandle extends Histogram {
  /** The histogram for one set of attributes, which must not change afterwards. */
  bind(attributes: Attributes): BoundHistogram;
  /** Keeps room for every set that has these attributes among its own, whatever else fills the metric. */
  reserve(attributes: Attributes): void;
}

/** Whether a histogram is one of our SDK's; a delegate of another kind only records. */
export function isLean(histogram: Histogram): histogram is LeanHistogramHandle {
  return 'bind' in histogram && 'reserve' in histogram;
}

/** A counter with its attributes settled; see {@link BoundHistogram}. */
export interface BoundCounter {
  /** As `Counter.add()`. */
  add(value: number, context?: Context): void;
}

/** What our own SDK offers beyond the API. */
export interface LeanCounterHandle extends UpDownCounter {
  /** The counter for one set of attributes, which must not change afterwards. */
  bind(attributes: Attributes): BoundCounter;
}

/** Whether a counter is one of our SDK's; a delegate of another kind only adds. */
export function isLeanCounter(counter: UpDownCounter): counter is LeanCounterHandle {
  return 'bind' in counter;
}
