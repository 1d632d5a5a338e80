import type { Attributes, ObservableCallback } from '@opentelemetry/api';
import { InstrumentType } from '@opentelemetry/sdk-metrics';
import type { InstrumentDescriptor } from './instrument.descriptor.js';
import type { MetricStream } from './metric.stream.js';
import type { ObservableCallbacks, Observations, ObservedInstrument } from './observable.callbacks.js';
import type { Refusals } from './refusals.js';

/** An instrument that is asked at collection. */
export class LeanObservable implements ObservedInstrument {
  readonly #takesInfinity: boolean;

  constructor(
    readonly descriptor: InstrumentDescriptor,
    private readonly streams: readonly MetricStream[],
    private readonly refusals: Refusals,
    private readonly callbacks: ObservableCallbacks,
  ) {
    this.#takesInfinity = streams.every(({ aggregation }) => aggregation.takesInfinity);
  }

  addCallback(callback: ObservableCallback): void {
    this.callbacks.add(callback, this);
  }

  removeCallback(callback: ObservableCallback): void {
    this.callbacks.remove(callback, this);
  }

  note(value: unknown, attributes: Attributes | undefined, observations: Observations): void {
    if (typeof value !== 'number' || !(Number.isFinite(value) || this.#isTakenInfinity(value))) {
      this.refusals.add('a value that is no finite number');
      return;
    }
    // What was counted cannot be less than nothing, and a page that says so is no valid one.
    if (value < 0 && this.descriptor.type === InstrumentType.OBSERVABLE_COUNTER) {
      this.refusals.add('a negative value');
      return;
    }
    try {
      for (const stream of this.streams)
        observations.push({ stream, series: stream.observed(attributes), value });
    } catch {
      this.refusals.add('attributes that threw');
    }
  }

  #isTakenInfinity(value: number): boolean {
    return this.#takesInfinity && !Number.isNaN(value);
  }
}
