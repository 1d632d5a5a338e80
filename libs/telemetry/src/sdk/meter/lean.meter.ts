import type {
  BatchObservableCallback,
  Counter,
  Gauge,
  Meter,
  MetricOptions,
  Observable,
  UpDownCounter,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { InstrumentType } from '@opentelemetry/sdk-metrics';
import type { LeanHistogramHandle } from '../../metrics/bound.instruments.js';
import { describeInstrument, type InstrumentDescriptor } from './instrument.descriptor.js';
import { LeanCounter, LeanGauge, LeanHistogram } from './lean.instruments.js';
import { LeanObservable } from './lean.observables.js';
import type { MetricStream } from './metric.stream.js';
import type { MetricPipeline } from './metric-pipeline.js';
import { Refusals } from './refusals.js';
import { StreamRegistry } from './stream.registry.js';

/** Makes instruments; asking for the same one again makes another handle to the same numbers. */
export class LeanMeter implements Meter {
  readonly #registry: StreamRegistry;
  readonly #refusals = new Map<string, Refusals>();

  constructor(
    readonly scope: InstrumentationScope,
    private readonly pipeline: MetricPipeline,
  ) {
    this.#registry = new StreamRegistry(scope, pipeline);
  }

  get streams(): readonly MetricStream[] {
    return this.#registry.streams;
  }

  /** By metric what it was given and could not use. */
  get refusals(): Iterable<Refusals> {
    return this.#refusals.values();
  }

  createCounter(name: string, options?: MetricOptions): Counter {
    const descriptor = describeInstrument(InstrumentType.COUNTER, name, options);
    return new LeanCounter(descriptor, ...this.#parts(descriptor), false);
  }

  createUpDownCounter(name: string, options?: MetricOptions): UpDownCounter {
    const descriptor = describeInstrument(InstrumentType.UP_DOWN_COUNTER, name, options);
    return new LeanCounter(descriptor, ...this.#parts(descriptor), true);
  }

  createHistogram(name: string, options?: MetricOptions): LeanHistogramHandle {
    const descriptor = describeInstrument(InstrumentType.HISTOGRAM, name, options);
    return new LeanHistogram(descriptor, ...this.#parts(descriptor), false);
  }

  createGauge(name: string, options?: MetricOptions): Gauge {
    const descriptor = describeInstrument(InstrumentType.GAUGE, name, options);
    return new LeanGauge(descriptor, ...this.#parts(descriptor), true);
  }

  createObservableCounter(name: string, options?: MetricOptions): Observable {
    return this.#observable(InstrumentType.OBSERVABLE_COUNTER, name, options);
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): Observable {
    return this.#observable(InstrumentType.OBSERVABLE_UP_DOWN_COUNTER, name, options);
  }

  createObservableGauge(name: string, options?: MetricOptions): Observable {
    return this.#observable(InstrumentType.OBSERVABLE_GAUGE, name, options);
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.pipeline.callbacks.addBatch(callback, observables);
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.pipeline.callbacks.removeBatch(callback, observables);
  }

  #observable(type: InstrumentType, name: string, options: MetricOptions | undefined): Observable {
    const descriptor = describeInstrument(type, name, options);
    return new LeanObservable(descriptor, ...this.#parts(descriptor), this.pipeline.callbacks);
  }

  #parts(descriptor: InstrumentDescriptor): [readonly MetricStream[], Refusals] {
    let refusals = this.#refusals.get(descriptor.name);
    if (refusals === undefined) {
      refusals = new Refusals(descriptor.name);
      this.#refusals.set(descriptor.name, refusals);
    }
    return [this.#registry.streamsOf(descriptor, refusals), refusals];
  }
}
