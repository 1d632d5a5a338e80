import { type Attributes, type Context, type Gauge, ValueType } from '@opentelemetry/api';
import type {
  BindableCounter,
  BoundCounter,
  BoundHistogram,
  LeanHistogramHandle,
} from '../../metrics/bound.instruments.js';
import type { InstrumentDescriptor } from './instrument.descriptor.js';
import type { MetricStream } from './metric.stream.js';
import type { Refusals } from './refusals.js';

/** What is common to instruments that are told their measurements: nothing they are given makes them throw. */
abstract class LeanInstrument {
  readonly #takesWholeNumbers: boolean;
  readonly #takesInfinity: boolean;

  constructor(
    descriptor: InstrumentDescriptor,
    protected readonly streams: readonly MetricStream[],
    private readonly refusals: Refusals,
    private readonly takesNegative: boolean,
  ) {
    this.#takesWholeNumbers = descriptor.valueType === ValueType.INT;
    this.#takesInfinity = streams.every(({ aggregation }) => aggregation.takesInfinity);
  }

  protected measure(value: number, attributes: Attributes | undefined, context: Context | undefined): void {
    const taken = this.taken(value);
    if (taken === undefined) return;
    try {
      for (const stream of this.streams) stream.record(taken, attributes, context);
    } catch {
      this.refusals.add('attributes or a context that threw');
    }
  }

  /** {@link measure} for one set of attributes. */
  protected bound(attributes: Attributes): (value: number, context?: Context) => void {
    const bound = this.streams.map((stream) => stream.bind(attributes));
    return (value, context) => {
      const taken = this.taken(value);
      if (taken === undefined) return;
      try {
        for (const each of bound) each.record(taken, context);
      } catch {
        // As for measurements with attributes, the context may be no context.
      }
    };
  }

  /** The value as it is recorded; `undefined` where it is no measurement. */
  protected taken(value: number): number | undefined {
    if (typeof value !== 'number' || !(Number.isFinite(value) || this.#isTakenInfinity(value)))
      return this.#refuse('a value that is no finite number');
    if (value < 0 && !this.takesNegative) return this.#refuse('a negative value');
    return this.#takesWholeNumbers ? Math.trunc(value) : value;
  }

  #isTakenInfinity(value: number): boolean {
    return this.#takesInfinity && !Number.isNaN(value);
  }

  #refuse(what: string): undefined {
    this.refusals.add(what);
  }
}

/** Counters of both kinds. */
export class LeanCounter extends LeanInstrument implements BindableCounter {
  add(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  bind(attributes: Attributes): BoundCounter {
    return { add: this.bound(attributes) };
  }
}

export class LeanGauge extends LeanInstrument implements Gauge {
  record(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }
}

export class LeanHistogram extends LeanInstrument implements LeanHistogramHandle {
  record(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context);
  }

  bind(attributes: Attributes): BoundHistogram {
    return { record: this.bound(attributes) };
  }

  reserve(attributes: Attributes): void {
    for (const stream of this.streams) stream.reserve(attributes);
  }
}
