import { Injectable } from '@nestjs/common';
import type { Gauge, MetricOptions, Observable, ObservableCallback } from '@opentelemetry/api';
import type { BindableCounter, BindableHistogram } from './bound.instruments.js';
import {
  applicationCounter,
  applicationGauge,
  applicationHistogram,
  applicationObservable,
  applicationUpDownCounter,
  type HistogramOptions,
} from './application.instruments.js';
import { metricOptions } from './metric.name.js';

/** Options of an instrument whose value is asked for at collection. */
export interface ObservableOptions extends MetricOptions {
  /**
   * Reports the present values. May be asynchronous; if it throws, the other metrics are collected all the same. It is
   * asked until the application is closed.
   */
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
  readonly #callbacks = new Map<ObservableCallback, Set<Observable>>();

  /** A sum that only grows. */
  counter(name: string, options?: MetricOptions): BindableCounter {
    return applicationCounter(name, options);
  }

  /** A sum that grows and shrinks. */
  upDownCounter(name: string, options?: MetricOptions): BindableCounter {
    return applicationUpDownCounter(name, options);
  }

  /** A distribution, e.g. of durations in seconds. */
  histogram(name: string, options?: HistogramOptions): BindableHistogram {
    return applicationHistogram(name, options);
  }

  /** The last value that was recorded. */
  gauge(name: string, options?: MetricOptions): Gauge {
    return applicationGauge(name, options);
  }

  /** A sum that only grows and is asked for at collection, e.g. bytes read since the start. */
  observableCounter(name: string, options?: ObservableOptions): Observable {
    const { callback, ...rest } = metricOptions(options);
    return this.#observed(applicationObservable('createObservableCounter', name, rest), callback);
  }

  /** A sum that is asked for at collection, e.g. open connections. */
  observableUpDownCounter(name: string, options?: ObservableOptions): Observable {
    const { callback, ...rest } = metricOptions(options);
    return this.#observed(applicationObservable('createObservableUpDownCounter', name, rest), callback);
  }

  /** A value that is asked for at collection, e.g. a temperature. */
  observableGauge(name: string, options?: ObservableOptions): Observable {
    const { callback, ...rest } = metricOptions(options);
    return this.#observed(applicationObservable('createObservableGauge', name, rest), callback);
  }

  /**
   * Takes the callbacks back that were given with the options. Instruments outlive an application, and would ask what
   * is left of it for ever.
   * @internal
   */
  release(): void {
    for (const [callback, observables] of this.#callbacks)
      for (const observable of observables) observable.removeCallback(callback);
    this.#callbacks.clear();
  }

  #observed(observable: Observable, callback: ObservableCallback | undefined): Observable {
    if (callback === undefined) return observable;
    observable.addCallback(callback);
    let observables = this.#callbacks.get(callback);
    if (observables === undefined) this.#callbacks.set(callback, (observables = new Set()));
    observables.add(observable);
    return observable;
  }
}
