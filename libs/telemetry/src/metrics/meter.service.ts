import { Injectable } from '@nestjs/common';
import type {
  Counter,
  Gauge,
  Histogram,
  Meter,
  MetricOptions,
  Observable,
  ObservableCallback,
  UpDownCounter,
} from '@opentelemetry/api';
import { meterProvider } from './global.meter-provider.js';

/** Instrumentation scope of the application's own metrics, so that they never mix with those of this package. */
export const APPLICATION_METER = 'application';

/** The meter behind {@link MeterService} and `@InjectMeter()`. */
export function applicationMeter(): Meter {
  return meterProvider.getMeter(APPLICATION_METER);
}

/** Options of a histogram. */
export interface HistogramOptions extends MetricOptions {
  /** Upper bounds of the buckets, ascending, in `unit`. @defaultValue those of the SDK, made for milliseconds */
  boundaries?: readonly number[];
}

/** Options of an instrument whose value is asked for at collection. */
export interface ObservableOptions extends MetricOptions {
  /** Reports the present values. May be asynchronous; if it throws, the other metrics are collected all the same. */
  callback?: ObservableCallback;
}

/**
 * Makes instruments for the application's own metrics. They may be made at any time, in a constructor as well as at
 * module level: they work as soon as telemetry runs, and asking for the same name again gives the same instrument.
 *
 * @example
 * ```ts
 * constructor(meter: MeterService) {
 *   this.placed = meter.counter('orders.placed', { unit: '{order}' });
 * }
 * this.placed.add(1, { 'payment.method': 'card' });
 * ```
 * @since 0.1.0
 */
@Injectable()
export class MeterService {
  readonly #meter = applicationMeter();
  readonly #instruments = new Map<string, unknown>();

  /** A sum that only grows. */
  counter(name: string, options?: MetricOptions): Counter {
    return this.#once('counter', name, () => this.#meter.createCounter(name, options));
  }

  /** A sum that grows and shrinks. */
  upDownCounter(name: string, options?: MetricOptions): UpDownCounter {
    return this.#once('upDownCounter', name, () => this.#meter.createUpDownCounter(name, options));
  }

  /** A distribution, e.g. of durations in seconds. */
  histogram(name: string, options: HistogramOptions = {}): Histogram {
    const { boundaries, ...rest } = options;
    if (boundaries !== undefined) rest.advice = { explicitBucketBoundaries: [...boundaries] };
    return this.#once('histogram', name, () => this.#meter.createHistogram(name, rest));
  }

  /** The last value that was recorded. */
  gauge(name: string, options?: MetricOptions): Gauge {
    return this.#once('gauge', name, () => this.#meter.createGauge(name, options));
  }

  /** A sum that only grows and is asked for at collection, e.g. bytes read since the start. */
  observableCounter(name: string, options: ObservableOptions = {}): Observable {
    const { callback, ...rest } = options;
    return observed(
      this.#once('observableCounter', name, () => this.#meter.createObservableCounter(name, rest)),
      callback,
    );
  }

  /** A sum that is asked for at collection, e.g. open connections. */
  observableUpDownCounter(name: string, options: ObservableOptions = {}): Observable {
    const { callback, ...rest } = options;
    return observed(
      this.#once('observableUpDownCounter', name, () =>
        this.#meter.createObservableUpDownCounter(name, rest),
      ),
      callback,
    );
  }

  /** A value that is asked for at collection, e.g. a temperature. */
  observableGauge(name: string, options: ObservableOptions = {}): Observable {
    const { callback, ...rest } = options;
    return observed(
      this.#once('observableGauge', name, () => this.#meter.createObservableGauge(name, rest)),
      callback,
    );
  }

  #once<I>(kind: string, name: string, create: () => I): I {
    const key = `${kind} ${name}`;
    let instrument = this.#instruments.get(key) as I | undefined;
    if (instrument === undefined) {
      instrument = create();
      this.#instruments.set(key, instrument);
    }
    return instrument;
  }
}

function observed(observable: Observable, callback: ObservableCallback | undefined): Observable {
  if (callback !== undefined) observable.addCallback(callback);
  return observable;
}
