import {
  createNoopMeter,
  type Attributes,
  type Context,
  type Counter,
  type Gauge,
  type Histogram,
  type Meter,
  type MetricOptions,
  type UpDownCounter,
} from '@opentelemetry/api';
import { guarded } from '../telemetry.warnings.js';
import { AttributeTrie } from './attribute.trie.js';
import {
  type BindableCounter,
  type BoundCounter,
  type BoundHistogram,
  isLean,
  isLeanCounter,
  type LeanHistogramHandle,
} from './bound.instruments.js';

/** Counts the changes of the delegate, so that a handle finds out by one comparison that its instrument is stale. */
export interface Binding {
  epoch: number;
  /** The meter of the present delegate; a no-op meter while there is none. */
  meter(): Meter;
}

/** How an instrument is made on whichever meter is current. */
export interface InstrumentSpec {
  readonly name: string;
  readonly options: MetricOptions | undefined;
}

export const NOOP_METER = createNoopMeter();

/** Holds the instrument of the present delegate and replaces it when the delegate changed. */
abstract class LazyInstrument<I> {
  #epoch = -1;
  #instrument: I | undefined;

  constructor(
    private readonly binding: Binding,
    protected readonly spec: InstrumentSpec,
  ) {}

  protected abstract create(meter: Meter): I;

  protected current(): I {
    if (this.#instrument !== undefined && this.#epoch === this.binding.epoch) return this.#instrument;
    return this.#bind();
  }

  #bind(): I {
    this.#epoch = this.binding.epoch;
    // An SDK may reject what its API took, e.g. unsorted boundaries; recording must not throw because of that.
    return (this.#instrument = guarded(
      `Metric ${this.spec.name}`,
      () => this.create(this.binding.meter()),
      this.create(NOOP_METER),
    ));
  }
}

/** What counters of both kinds have in common. */
abstract class BindableProxy extends LazyInstrument<UpDownCounter> implements BindableCounter {
  add(value: number, attributes?: Attributes, context?: Context): void {
    this.current().add(value, attributes, context);
  }

  bind(attributes: Attributes): BoundCounter {
    return new ProxyBoundCounter(() => this.current(), attributes);
  }
}

export class ProxyCounter extends BindableProxy {
  protected create(meter: Meter): Counter {
    return meter.createCounter(this.spec.name, this.spec.options);
  }
}

export class ProxyUpDownCounter extends BindableProxy {
  protected create(meter: Meter): UpDownCounter {
    return meter.createUpDownCounter(this.spec.name, this.spec.options);
  }
}

/** As many reservations as are remembered for the next SDK; an SDK takes no more of them either. */
const MAX_RESERVATIONS = 2000;

export class ProxyHistogram extends LazyInstrument<Histogram> implements LeanHistogramHandle {
  readonly #reserved: Attributes[] = [];
  readonly #isReserved = new AttributeTrie<true>(MAX_RESERVATIONS);

  record(value: number, attributes?: Attributes, context?: Context): void {
    this.current().record(value, attributes, context);
  }

  bind(attributes: Attributes): BoundHistogram {
    return new ProxyBoundHistogram(() => this.current(), attributes);
  }

  reserve(attributes: Attributes): void {
    // First, because an SDK that was started since then does not know yet what was reserved before.
    const current = this.current();
    if (this.#reserved.length >= MAX_RESERVATIONS || this.#isReserved.find(attributes)) return;
    this.#isReserved.remember(attributes, true);
    this.#reserved.push(attributes);
    if (isLean(current)) current.reserve(attributes);
  }

  protected create(meter: Meter): Histogram {
    const histogram = meter.createHistogram(this.spec.name, this.spec.options);
    if (isLean(histogram)) for (const attributes of this.#reserved) histogram.reserve(attributes);
    return histogram;
  }
}

/** Is bound again when the delegate has changed, and just records where the delegate cannot bind. */
class ProxyBoundHistogram implements BoundHistogram {
  #histogram: Histogram | undefined;
  #bound: BoundHistogram | undefined;

  constructor(
    private readonly current: () => Histogram,
    private readonly attributes: Attributes,
  ) {}

  record(value: number, context?: Context): void {
    const histogram = this.current();
    if (histogram !== this.#histogram) {
      this.#histogram = histogram;
      this.#bound = isLean(histogram) ? histogram.bind(this.attributes) : undefined;
    }
    if (this.#bound === undefined) histogram.record(value, this.attributes, context);
    else this.#bound.record(value, context);
  }
}

/** As {@link ProxyBoundHistogram}. */
class ProxyBoundCounter implements BoundCounter {
  #counter: UpDownCounter | undefined;
  #bound: BoundCounter | undefined;

  constructor(
    private readonly current: () => UpDownCounter,
    private readonly attributes: Attributes,
  ) {}

  add(value: number, context?: Context): void {
    const counter = this.current();
    if (counter !== this.#counter) {
      this.#counter = counter;
      this.#bound = isLeanCounter(counter) ? counter.bind(this.attributes) : undefined;
    }
    if (this.#bound === undefined) counter.add(value, this.attributes, context);
    else this.#bound.add(value, context);
  }
}

export class ProxyGauge extends LazyInstrument<Gauge> implements Gauge {
  record(value: number, attributes?: Attributes, context?: Context): void {
    this.current().record(value, attributes, context);
  }

  protected create(meter: Meter): Gauge {
    return meter.createGauge(this.spec.name, this.spec.options);
  }
}
