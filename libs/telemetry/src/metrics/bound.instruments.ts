import type { Attributes, Context, Counter, Histogram, UpDownCounter } from '@opentelemetry/api';

/**
 * A histogram with its attributes settled: recording finds no series, it has one.
 * @since 0.1.0
 */
export interface BoundHistogram {
  /** As `Histogram.record()`; the context tells which trace an exemplar leads to. */
  record(value: number, context?: Context): void;
}

/**
 * A counter with its attributes settled; see {@link BoundHistogram}.
 * @since 0.1.0
 */
export interface BoundCounter {
  /** As `Counter.add()`. */
  add(value: number, context?: Context): void;
}

/**
 * A counter that can settle its attributes once.
 * @since 0.1.0
 */
export interface BindableCounter extends Counter {
  /** The counter for one set of attributes, which must not change afterwards. Works with any SDK; with ours it is faster. */
  bind(attributes: Attributes): BoundCounter;
}

/**
 * A histogram that can settle its attributes once.
 * @since 0.1.0
 */
export interface BindableHistogram extends Histogram {
  /** The histogram for one set of attributes; see {@link BindableCounter}. */
  bind(attributes: Attributes): BoundHistogram;
}

/** What our own SDK offers beyond the API. */
export interface LeanHistogramHandle extends BindableHistogram {
  /** Keeps room for every set that has these attributes among its own, whatever else fills the metric. */
  reserve(attributes: Attributes): void;
}

/** Whether a histogram is one of our SDK's; a delegate of another kind only records. */
export function isLean(histogram: Histogram): histogram is LeanHistogramHandle {
  return 'bind' in histogram && 'reserve' in histogram;
}

/** Whether a counter is one of our SDK's; a delegate of another kind only adds. */
export function isLeanCounter(counter: UpDownCounter): counter is BindableCounter {
  return 'bind' in counter;
}
