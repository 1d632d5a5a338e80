import type { BatchObservableCallback, Meter, Observable, ObservableCallback } from '@opentelemetry/api';
import { guarded, userCodeFailed } from '../telemetry.warnings.js';
import { NOOP_METER, type Binding, type InstrumentSpec } from './proxy.instruments.js';

export type ObservableKind =
  'createObservableCounter' | 'createObservableGauge' | 'createObservableUpDownCounter';

/** An observable that carries its callbacks from one delegate to the next. */
export class ProxyObservable implements Observable {
  readonly #callbacks = new Map<ObservableCallback, ObservableCallback>();
  #epoch = -1;
  #instrument: Observable | undefined;

  constructor(
    private readonly binding: Binding,
    private readonly kind: ObservableKind,
    private readonly spec: InstrumentSpec,
    /** Observables with callbacks; the meter re-registers these, so that those without can be collected. */
    private readonly active: Set<ProxyObservable>,
  ) {}

  addCallback(callback: ObservableCallback): void {
    if (typeof callback !== 'function' || this.#callbacks.has(callback)) return;
    const safe: ObservableCallback = (result) =>
      guardedCallback(`The callback of metric ${this.spec.name}`, () => callback(result));
    this.#callbacks.set(callback, safe);
    this.active.add(this);
    this.current().addCallback(safe);
  }

  removeCallback(callback: ObservableCallback): void {
    const safe = this.#callbacks.get(callback);
    if (safe === undefined) return;
    this.#callbacks.delete(callback);
    if (this.#callbacks.size === 0) this.active.delete(this);
    this.current().removeCallback(safe);
  }

  /** The instrument of the present delegate; batch callbacks need the real one. */
  current(): Observable {
    if (this.#instrument !== undefined && this.#epoch === this.binding.epoch) return this.#instrument;
    this.#epoch = this.binding.epoch;
    const create = (meter: Meter) => meter[this.kind](this.spec.name, this.spec.options);
    return (this.#instrument = guarded(
      `Metric ${this.spec.name}`,
      () => create(this.binding.meter()),
      create(NOOP_METER),
    ));
  }

  /** Called before the delegate changes, so that one that lives on does not observe twice. */
  detach(): void {
    for (const safe of this.#callbacks.values()) this.#instrument?.removeCallback(safe);
  }

  /** Called after the delegate changed. */
  attach(): void {
    for (const safe of this.#callbacks.values()) this.current().addCallback(safe);
  }
}

/** A batch callback and its observables, carried from one delegate to the next. */
export class ProxyBatch {
  readonly #safe: BatchObservableCallback;
  readonly #observables: ReadonlySet<Observable>;

  constructor(
    readonly callback: BatchObservableCallback,
    observables: readonly Observable[],
  ) {
    this.#observables = setOf(observables);
    this.#safe = (result) =>
      guardedCallback('A batch callback of metrics', () =>
        callback({
          observe: (metric, value, attributes) => result.observe(instrumentOf(metric), value, attributes),
        }),
      );
  }

  matches(callback: BatchObservableCallback, observables: readonly Observable[]): boolean {
    const others = setOf(observables);
    return (
      this.callback === callback &&
      others.size === this.#observables.size &&
      [...others].every((observable) => this.#observables.has(observable))
    );
  }

  attach(meter: Meter): void {
    meter.addBatchObservableCallback(this.#safe, [...this.#observables].map(instrumentOf));
  }

  detach(meter: Meter): void {
    meter.removeBatchObservableCallback(this.#safe, [...this.#observables].map(instrumentOf));
  }
}

/** An SDK drops what is not an instrument of its own, so it must never be handed a proxy. */
function instrumentOf(metric: Observable): Observable {
  try {
    return metric instanceof ProxyObservable ? metric.current() : metric;
  } catch {
    // A proxy that throws for every look at it: as good as none.
    return undefined as unknown as Observable;
  }
}

function setOf(observables: readonly Observable[]): ReadonlySet<Observable> {
  return new Set(Array.isArray(observables) ? observables : []);
}

/** One failing callback must not cost the values of the others. */
async function guardedCallback(where: string, run: () => void | Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    userCodeFailed(where, error);
  }
}
