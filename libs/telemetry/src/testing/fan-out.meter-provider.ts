import type {
  Attributes,
  BatchObservableCallback,
  Context,
  Counter,
  Histogram,
  Meter,
  MeterOptions,
  MeterProvider,
  MetricOptions,
  Observable,
  ObservableCallback,
} from '@opentelemetry/api';

type SyncKind = 'createCounter' | 'createUpDownCounter' | 'createGauge' | 'createHistogram';
type ObservableKind = 'createObservableCounter' | 'createObservableUpDownCounter' | 'createObservableGauge';

/** Counters have `add`, gauges and histograms `record`; each instrument is asked only for its own. */
type SyncInstrument = Counter & Histogram;

/** Passes every measurement to several meter providers: to the application's, and to each recorder's. */
export class FanOutMeterProvider implements MeterProvider {
  constructor(private readonly providers: readonly MeterProvider[]) {}

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    const meters = this.providers.map((provider) => provider.getMeter(name, version, options));
    const sync = (kind: SyncKind) => (instrument: string, settings?: MetricOptions) =>
      fanOut(meters.map((meter) => meter[kind](instrument, settings) as SyncInstrument));
    const observable = (kind: ObservableKind) => (instrument: string, settings?: MetricOptions) =>
      new FanOutObservable(meters.map((meter) => meter[kind](instrument, settings)));
    const batches = new FanOutBatches(meters);
    return {
      createCounter: sync('createCounter'),
      createUpDownCounter: sync('createUpDownCounter'),
      createGauge: sync('createGauge'),
      createHistogram: sync('createHistogram'),
      createObservableCounter: observable('createObservableCounter'),
      createObservableUpDownCounter: observable('createObservableUpDownCounter'),
      createObservableGauge: observable('createObservableGauge'),
      addBatchObservableCallback: (callback, observables) => batches.add(callback, observables),
      removeBatchObservableCallback: (callback, observables) => batches.remove(callback, observables),
    };
  }
}

function fanOut(instruments: readonly SyncInstrument[]): SyncInstrument {
  const each =
    (method: 'add' | 'record') =>
    (value: number, attributes?: Attributes, context?: Context): void => {
      for (const instrument of instruments) instrument[method](value, attributes, context);
    };
  return { add: each('add'), record: each('record') };
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
