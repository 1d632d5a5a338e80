import type { Counter, Histogram, Meter, MetricOptions, Observable, UpDownCounter } from '@opentelemetry/api';
import { LIBRARY_NAME, LIBRARY_VERSION } from '../library.js';
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

/** The counter of a catalogue row; see {@link histogramFor}. */
export function counterFor(row: MetricRow<'counter'>): Counter {
  return handleOf(row, () => libraryMeter().createCounter(row.name, optionsOf(row)));
}

/** The up-down counter of a catalogue row; see {@link histogramFor}. */
export function upDownCounterFor(row: MetricRow<'upDownCounter'>): UpDownCounter {
  return handleOf(row, () => libraryMeter().createUpDownCounter(row.name, optionsOf(row)));
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
