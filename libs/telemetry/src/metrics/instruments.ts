import type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  MetricOptions,
  Observable,
  UpDownCounter,
} from '@opentelemetry/api';
import { LIBRARY_NAME, LIBRARY_VERSION } from '../library.js';
import { AttributeTrie } from './attribute.trie.js';
import { type BoundCounter, type BoundHistogram, isLean, isLeanCounter } from './bound.instruments.js';
import type { MetricRow } from './catalog.js';
import { meterProvider } from './global.meter-provider.js';

/** Rows whose value is asked for at collection. */
export type ObservableRow = MetricRow<'observableCounter' | 'observableUpDownCounter' | 'observableGauge'>;

const handles = new WeakMap<MetricRow, unknown>();

/** The meter of everything this package emits. */
export function libraryMeter(): Meter {
  return meterProvider.getMeter(LIBRARY_NAME, LIBRARY_VERSION);
}

/**
 * The histogram of a catalogue row. The handle may be made and kept at any time: it records wherever the SDK that is
 * running at that moment sends it, and costs one comparison while there is none.
 */
export function histogramFor(row: MetricRow<'histogram'>): Histogram {
  return handleOf(row, () => libraryMeter().createHistogram(row.name, optionsOf(row)));
}

/** Handles kept for one row. */
const MAX_BOUND = 2000;
const boundHandles = new WeakMap<MetricRow, AttributeTrie<BoundHistogram>>();

/**
 * The histogram of a catalogue row for one set of attributes, which recording then need not look up. Like
 * {@link histogramFor} it works at any time and with any SDK; who records often keeps it.
 */
export function boundHistogramFor(row: MetricRow<'histogram'>, attributes: Attributes): BoundHistogram {
  let bounds = boundHandles.get(row);
  if (bounds === undefined) boundHandles.set(row, (bounds = new AttributeTrie(MAX_BOUND)));
  const known = bounds.find(attributes);
  if (known !== undefined) return known;
  const histogram = histogramFor(row);
  const settled = { ...attributes };
  const bound: BoundHistogram = isLean(histogram)
    ? histogram.bind(settled)
    : { record: (value, context) => histogram.record(value, settled, context) };
  // What was made up must not keep out what is real.
  if (bounds.isFull) bounds.clear();
  bounds.remember(attributes, bound);
  return bound;
}

/**
 * Keeps room in a row's metric for measurements that have these attributes among theirs, e.g. the route of a handler:
 * what strangers make up cannot fill the metric before the first request to it.
 */
export function reserveFor(row: MetricRow<'histogram'>, attributes: Attributes): void {
  const histogram = histogramFor(row);
  if (isLean(histogram)) histogram.reserve({ ...attributes });
}

/** The counter of a catalogue row; see {@link histogramFor}. */
export function counterFor(row: MetricRow<'counter'>): Counter {
  return handleOf(row, () => libraryMeter().createCounter(row.name, optionsOf(row)));
}

/** The up-down counter of a catalogue row; see {@link histogramFor}. */
export function upDownCounterFor(row: MetricRow<'upDownCounter'>): UpDownCounter {
  return handleOf(row, () => libraryMeter().createUpDownCounter(row.name, optionsOf(row)));
}

/** The up-down counter of a catalogue row for one set of attributes; who adds often keeps it. */
export function boundUpDownCounterFor(row: MetricRow<'upDownCounter'>, attributes: Attributes): BoundCounter {
  const counter = upDownCounterFor(row);
  const settled = { ...attributes };
  return isLeanCounter(counter)
    ? counter.bind(settled)
    : { add: (value, context) => counter.add(value, settled, context) };
}

const OBSERVABLES = {
  observableCounter: 'createObservableCounter',
  observableUpDownCounter: 'createObservableUpDownCounter',
  observableGauge: 'createObservableGauge',
} as const;

/** The observable of a catalogue row; its callbacks move along when the SDK is restarted. */
export function observableFor(row: ObservableRow): Observable {
  return handleOf(row, () => libraryMeter()[OBSERVABLES[row.instrument]](row.name, optionsOf(row)));
}

function handleOf<H>(row: MetricRow, create: () => H): H {
  let handle = handles.get(row) as H | undefined;
  if (handle === undefined) {
    handle = create();
    handles.set(row, handle);
  }
  return handle;
}

function optionsOf(row: MetricRow): MetricOptions {
  const { unit, description, boundaries } = row;
  if (boundaries === undefined) return { unit, description };
  return { unit, description, advice: { explicitBucketBoundaries: [...boundaries] } };
}
