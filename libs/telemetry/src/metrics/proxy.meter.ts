import type {
  BatchObservableCallback,
  Gauge,
  Meter,
  MeterOptions,
  MeterProvider,
  MetricOptions,
  Observable,
} from '@opentelemetry/api';
import type { BindableCounter, BindableHistogram } from './bound.instruments.js';
import { metricName, metricOptions } from './metric.name.js';
import {
  NOOP_METER,
  ProxyCounter,
  ProxyGauge,
  ProxyHistogram,
  ProxyUpDownCounter,
  type Binding,
  type InstrumentSpec,
} from './proxy.instruments.js';
import { ProxyBatch, ProxyObservable, type ObservableKind } from './proxy.observables.js';

/** Name, version and schema of a meter. */
export interface MeterScope {
  readonly name: string;
  readonly version: string | undefined;
  readonly options: MeterOptions | undefined;
}

/** A meter whose instruments follow the delegate of its provider. */
export class ProxyMeter implements Meter, Binding {
  epoch = 0;
  #meter: Meter = NOOP_METER;
  readonly #active = new Set<ProxyObservable>();
  readonly #batches = new Set<ProxyBatch>();

  constructor(private readonly scope: MeterScope) {}

  /** Takes the callbacks off the present delegate. */
  detach(): void {
    for (const observable of this.#active) observable.detach();
    for (const batch of this.#batches) batch.detach(this.#meter);
  }

  /** Points every instrument at another provider. */
  bind(provider: MeterProvider | undefined): void {
    const { name, version, options } = this.scope;
    this.#meter = provider?.getMeter(name, version, options) ?? NOOP_METER;
    this.epoch++;
  }

  /** Puts the callbacks on the present delegate. */
  attach(): void {
    for (const observable of this.#active) observable.attach();
    for (const batch of this.#batches) batch.attach(this.#meter);
  }

  meter(): Meter {
    return this.#meter;
  }

  createCounter(name: string, options?: MetricOptions): BindableCounter {
    return new ProxyCounter(this, specOf(name, options));
  }

  createUpDownCounter(name: string, options?: MetricOptions): BindableCounter {
    return new ProxyUpDownCounter(this, specOf(name, options));
  }

  createHistogram(name: string, options?: MetricOptions): BindableHistogram {
    return new ProxyHistogram(this, specOf(name, options));
  }

  createGauge(name: string, options?: MetricOptions): Gauge {
    return new ProxyGauge(this, specOf(name, options));
  }

  createObservableCounter(name: string, options?: MetricOptions): Observable {
    return this.#observable('createObservableCounter', name, options);
  }

  createObservableGauge(name: string, options?: MetricOptions): Observable {
    return this.#observable('createObservableGauge', name, options);
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): Observable {
    return this.#observable('createObservableUpDownCounter', name, options);
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    if (typeof callback !== 'function' || this.#findBatch(callback, observables) !== undefined) return;
    const batch = new ProxyBatch(callback, observables);
    this.#batches.add(batch);
    batch.attach(this.#meter);
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    const batch = this.#findBatch(callback, observables);
    if (batch === undefined) return;
    this.#batches.delete(batch);
    batch.detach(this.#meter);
  }

  #observable(kind: ObservableKind, name: string, options: MetricOptions | undefined): Observable {
    return new ProxyObservable(this, kind, specOf(name, options), this.#active);
  }

  #findBatch(callback: BatchObservableCallback, observables: readonly Observable[]): ProxyBatch | undefined {
    for (const batch of this.#batches) if (batch.matches(callback, observables)) return batch;
    return undefined;
  }
}

function specOf(name: unknown, options: MetricOptions | undefined): InstrumentSpec {
  return { name: metricName(name), options: options && metricOptions(options) };
}
