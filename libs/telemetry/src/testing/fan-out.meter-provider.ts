import type {
  Attributes,
  BatchObservableCallback,
  Context,
  Counter,
  Gauge,
  Histogram,
  Meter,
  MeterOptions,
  MeterProvider,
  MetricOptions,
  Observable,
  ObservableCallback,
} from '@opentelemetry/api';
import {
  type BoundCounter,
  type BoundHistogram,
  isLean,
  isLeanCounter,
  type BindableCounter,
  type LeanHistogramHandle,
} from '../metrics/bound.instruments.js';

type ObservableKind = 'createObservableCounter' | 'createObservableUpDownCounter' | 'createObservableGauge';

/** Passes every measurement to several meter providers: to the application's, and to each recorder's. */
export class FanOutMeterProvider implements MeterProvider {
  constructor(private readonly providers: readonly MeterProvider[]) {}

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    const meters = this.providers.map((provider) => provider.getMeter(name, version, options));
    const observable = (kind: ObservableKind) => (instrument: string, settings?: MetricOptions) =>
      new FanOutObservable(meters.map((meter) => meter[kind](instrument, settings)));
    const batches = new FanOutBatches(meters);
    return {
      createCounter: (...args) => new FanOutCounter(meters.map((meter) => meter.createCounter(...args))),
      createUpDownCounter: (...args) =>
        new FanOutCounter(meters.map((meter) => meter.createUpDownCounter(...args))),
      createGauge: (...args) => new FanOutGauge(meters.map((meter) => meter.createGauge(...args))),
      createHistogram: (...args) =>
        new FanOutHistogram(meters.map((meter) => meter.createHistogram(...args))),
      createObservableCounter: observable('createObservableCounter'),
      createObservableUpDownCounter: observable('createObservableUpDownCounter'),
      createObservableGauge: observable('createObservableGauge'),
      addBatchObservableCallback: (callback, observables) => batches.add(callback, observables),
      removeBatchObservableCallback: (callback, observables) => batches.remove(callback, observables),
    };
  }
}

/** Bound and reserved as in production, so that recorded metrics have the series that exported ones have. */
class FanOutCounter implements BindableCounter {
  constructor(private readonly counters: readonly Counter[]) {}

  add(value: number, attributes?: Attributes, context?: Context): void {
    for (const counter of this.counters) counter.add(value, attributes, context);
  }

  bind(attributes: Attributes): BoundCounter {
    const bound = this.counters.map((counter): BoundCounter =>
      isLeanCounter(counter)
        ? counter.bind(attributes)
        : { add: (value, context) => counter.add(value, attributes, context) },
    );
    return {
      add: (value, context) => {
        for (const counter of bound) counter.add(value, context);
      },
    };
  }
}

class FanOutGauge implements Gauge {
  constructor(private readonly gauges: readonly Gauge[]) {}

  record(value: number, attributes?: Attributes, context?: Context): void {
    for (const gauge of this.gauges) gauge.record(value, attributes, context);
  }
}

class FanOutHistogram implements LeanHistogramHandle {
  constructor(private readonly histograms: readonly Histogram[]) {}

  record(value: number, attributes?: Attributes, context?: Context): void {
    for (const histogram of this.histograms) histogram.record(value, attributes, context);
  }

  bind(attributes: Attributes): BoundHistogram {
    const bound = this.histograms.map((histogram): BoundHistogram =>
      isLean(histogram)
        ? histogram.bind(attributes)
        : { record: (value, context) => histogram.record(value, attributes, context) },
    );
    return {
      record: (value, context) => {
        for (const histogram of bound) histogram.record(value, context);
      },
    };
  }

  reserve(attributes: Attributes): void {
    for (const histogram of this.histograms) if (isLean(histogram)) histogram.reserve(attributes);
  }
}

class FanOutObservable implements Observable {
  constructor(readonly instruments: readonly Observable[]) {}

  addCallback(callback: ObservableCallback): void {
    for (const instrument of this.instruments) instrument.addCallback(callback);
  }

  removeCallback(callback: ObservableCallback): void {
    for (const instrument of this.instruments) instrument.removeCallback(callback);
  }
}

/** Batch callbacks name the instruments they observe, and each provider knows only its own. */
class FanOutBatches {
  private readonly wrapped = new Map<BatchObservableCallback, BatchObservableCallback[]>();

  constructor(private readonly meters: readonly Meter[]) {}

  add(callback: BatchObservableCallback, observables: Observable[]): void {
    const perMeter = this.meters.map(
      (_, index): BatchObservableCallback =>
        (result) =>
          callback({
            observe: (metric, value, attributes) => result.observe(own(metric, index), value, attributes),
          }),
    );
    this.wrapped.set(callback, perMeter);
    for (const [index, meter] of this.meters.entries()) {
      const wrapped = perMeter[index];
      if (wrapped)
        meter.addBatchObservableCallback(
          wrapped,
          observables.map((metric) => own(metric, index)),
        );
    }
  }

  remove(callback: BatchObservableCallback, observables: Observable[]): void {
    for (const [index, wrapped] of this.wrapped.get(callback)?.entries() ?? [])
      this.meters[index]?.removeBatchObservableCallback(
        wrapped,
        observables.map((metric) => own(metric, index)),
      );
    this.wrapped.delete(callback);
  }
}

function own(metric: Observable, index: number): Observable {
  return (metric instanceof FanOutObservable ? metric.instruments[index] : undefined) ?? metric;
}
