import type { Attributes, Context } from '@opentelemetry/api';
import type {
  AggregationTemporality,
  DataPoint,
  IMetricReader,
  MetricData,
} from '@opentelemetry/sdk-metrics';
import { AttributeTrie } from '../../metrics/attribute.trie.js';
import type { BoundHistogram } from '../../metrics/bound.instruments.js';
import { currentRedactor } from '../../processors/redaction/current.redactor.js';
import type { Aggregation } from './aggregation.js';
import { type AttributeSet, attributeSetOf, NO_ATTRIBUTES } from './attribute-sets.js';
import { CardinalityGuard, OVERFLOW } from './cardinality.guard.js';
import type { InstrumentDescriptor } from './instrument.descriptor.js';
import type { Refusals } from './refusals.js';
import { Series } from './series.js';
import { SeriesIndex } from './series.index.js';
import { SeriesList } from './series.list.js';
import type { AttributeRule } from './view.rules.js';

/** Orders of one set of attributes that are remembered, on average; others are found the slow way. */
const ORDERS_PER_SET = 2;

/** What a stream is made from. */
export interface StreamSettings {
  readonly descriptor: InstrumentDescriptor;
  readonly aggregation: Aggregation;
  /** What a view does to attributes. */
  readonly rule: AttributeRule | undefined;
  /** Readers it is for; `undefined` for all. */
  readonly readers: ReadonlySet<IMetricReader> | undefined;
  readonly limit: number;
  readonly refusals: Refusals;
}

/** One metric as it is reported: the series of an instrument under one view, for all readers together. */
export class MetricStream {
  descriptor: InstrumentDescriptor;
  readonly aggregation: Aggregation;
  readonly readers: ReadonlySet<IMetricReader> | undefined;
  readonly guard: CardinalityGuard;
  /** What counts; the trie is a short cut to it. */
  readonly #index = new SeriesIndex();
  readonly #paths: AttributeTrie<Series>;
  readonly #rule: AttributeRule | undefined;
  readonly #refusals: Refusals;
  /** In the order they were made. Nothing is taken out of a list, so that whoever reads one may take his time. */
  #list: Series[] = [];
  #overflow: Series | undefined;

  constructor({ descriptor, aggregation, rule, readers, limit, refusals }: StreamSettings) {
    this.descriptor = descriptor;
    this.aggregation = aggregation;
    this.readers = readers;
    this.guard = new CardinalityGuard(descriptor.name, limit);
    this.#paths = new AttributeTrie(limit * ORDERS_PER_SET);
    this.#rule = rule;
    this.#refusals = refusals;
  }

  /** All series there are now, the one for overflow last. */
  series(): SeriesList {
    return new SeriesList(this.#list, this.#overflow);
  }

  /** The longer description is kept where two instruments disagree about it, as the specification has it. */
  describe(description: string): void {
    if (description.length > this.descriptor.description.length)
      this.descriptor = { ...this.descriptor, description };
  }

  report(temporality: AggregationTemporality, dataPoints: DataPoint<unknown>[]): MetricData {
    return this.aggregation.report(this.descriptor, temporality, dataPoints);
  }

  record(value: number, attributes: Attributes | undefined, context: Context | undefined): void {
    this.#find(attributes, context).cell.record(value, context);
  }

  /** See {@link BoundHistogram}. */
  bind(attributes: Attributes): BoundHistogram {
    const rule = this.#rule;
    // What depends on the context has to be asked each time.
    if (rule !== undefined && !rule.isPure)
      return { record: (value, context) => this.record(value, attributes, context) };
    let series = this.#find(attributes, undefined);
    return {
      record: (value, context) => {
        // Also when it is the overflow series, a place may have become free meanwhile.
        if (series.gone || series === this.#overflow) series = this.#find(attributes, context);
        series.cell.record(value, context);
      },
    };
  }

  reserve(attributes: Attributes): void {
    this.guard.reserve(attributeSetOf(attributes).attributes);
  }

  /** The series a callback reports for these attributes. */
  observed(attributes: Attributes | undefined): Series {
    return this.#find(attributes, undefined);
  }

  /** Takes what a callback reported into the round of callbacks it belongs to. */
  observe(series: Series, value: number, round: number): void {
    // Sets that a view or the guard has put together are one sum; otherwise the last report of a set is the one that counts.
    const adds =
      series.round === round &&
      this.aggregation.isSum &&
      (series === this.#overflow || this.#rule !== undefined);
    series.round = round;
    series.cell.observe(value, adds);
  }

  #find(attributes: Attributes | undefined, context: Context | undefined): Series {
    const own = this.#rule === undefined ? attributes : this.#rule.apply(attributes ?? {}, context);
    return this.#recall(own) ?? this.#resolve(own);
  }

  #recall(attributes: Attributes | undefined): Series | undefined {
    try {
      return this.#paths.find(attributes);
    } catch {
      // A getter among them; the slow way leaves it out.
      return undefined;
    }
  }

  #resolve(given: Attributes | undefined): Series {
    const set = given === undefined ? NO_ATTRIBUTES : redactedSet(attributeSetOf(given));
    if (set.refused !== undefined) this.#refusals.add(set.refused);
    const known = this.#index.find(set);
    const series = known ?? this.#create(set);
    if (series === this.#overflow) this.guard.folded += 1;
    else if (set.refused === undefined) this.#paths.remember(given, series);
    return series;
  }

  #create(set: AttributeSet): Series {
    if (!this.guard.admits(set.attributes, this.#list.length)) {
      this.#release(this.guard.stale(this.#list));
      if (!this.guard.admits(set.attributes, this.#list.length)) return this.#overflowing();
    }
    const series = this.#new(set, this.guard.admitted(set.attributes));
    this.#index.add(series);
    this.#list.push(series);
    return series;
  }

  #overflowing(): Series {
    this.guard.overflowed(this.#list);
    return (this.#overflow ??= this.#new(OVERFLOW, false));
  }

  #new({ attributes, hash }: AttributeSet, isReserved: boolean): Series {
    return new Series(attributes, hash, this.aggregation.newCell(), Date.now(), isReserved);
  }

  #release(stale: readonly Series[]): void {
    if (stale.length === 0) return;
    for (const series of stale) {
      series.gone = true;
      this.#index.delete(series);
      this.guard.released(series);
    }
    this.#list = this.#list.filter(({ gone }) => !gone);
    this.#paths.clear();
  }
}

/** Asked once for each set of attributes: known ones have their series. */
function redactedSet(set: AttributeSet): AttributeSet {
  const attributes = currentRedactor().attributes(set.attributes, 'metric');
  return attributes === set.attributes ? set : { ...attributeSetOf(attributes), refused: set.refused };
}
