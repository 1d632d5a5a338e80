import type { Attributes } from '@opentelemetry/api';
import { METRIC_NAME, METRICS, REJECTION_REASON } from '../../metrics/catalog.js';
import { LeanObservable } from './lean.observables.js';
import type { LeanMeter } from './lean.meter.js';
import type { ObservableCallbacks, Observations } from './observable.callbacks.js';

/** What the metrics tell about themselves: what was counted elsewhere, not at all, or not asked for in time. */
export class OwnMetrics {
  readonly #folded: LeanObservable;
  readonly #invalid: LeanObservable;
  readonly #unanswered: LeanObservable;

  constructor(meter: LeanMeter) {
    const create = (row: (typeof METRICS)[keyof typeof METRICS]) =>
      meter.createObservableCounter(row.name, row) as LeanObservable;
    this.#folded = create(METRICS.metricsFolded);
    this.#invalid = create(METRICS.metricsInvalid);
    this.#unanswered = create(METRICS.metricsUnanswered);
  }

  /** To be called when the callbacks of a round have answered, so that the round tells about itself. */
  observe(meters: Iterable<LeanMeter>, callbacks: ObservableCallbacks, round: number): void {
    const observations: Observations = [];
    const observe = (observable: LeanObservable, count: number, attributes: Attributes) => {
      if (count > 0) observable.note(count, attributes, observations);
    };
    for (const meter of meters) {
      for (const { descriptor, guard } of meter.streams)
        observe(this.#folded, guard.folded, { [METRIC_NAME]: descriptor.name });
      for (const { metric, count } of meter.refusals)
        observe(this.#invalid, count, { [METRIC_NAME]: metric });
    }
    observe(this.#unanswered, callbacks.failed, { [REJECTION_REASON]: 'failed' });
    observe(this.#unanswered, callbacks.late, { [REJECTION_REASON]: 'timeout' });
    for (const { stream, series, value } of observations) stream.observe(series, value, round);
  }
}
