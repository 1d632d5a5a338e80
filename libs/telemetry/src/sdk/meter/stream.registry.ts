import type { InstrumentationScope } from '@opentelemetry/core';
import { type AggregationOption, AggregationType, type IMetricReader } from '@opentelemetry/sdk-metrics';
import { extensionName, guarded } from '../../telemetry.warnings.js';
import { createAggregation } from './aggregation.js';
import type { InstrumentDescriptor } from './instrument.descriptor.js';
import type { MetricPipeline } from './metric-pipeline.js';
import { MetricStream } from './metric.stream.js';
import type { Refusals } from './refusals.js';
import type { ViewRule } from './view.rules.js';

/** Readers that want a metric in the same form. */
interface Demand {
  readonly option: AggregationOption;
  readonly limit: number;
  readonly readers: Set<IMetricReader>;
}

/** The metrics of one meter. */
export class StreamRegistry {
  readonly streams: MetricStream[] = [];
  /** One for each metric, and each of its forms; `undefined` where a view drops it. */
  readonly #byIdentity = new Map<string, MetricStream | undefined>();

  constructor(
    private readonly scope: InstrumentationScope,
    private readonly pipeline: MetricPipeline,
  ) {}

  /** The metrics an instrument is recorded in: one, unless views or readers want it in several forms, or not at all. */
  streamsOf(descriptor: InstrumentDescriptor, refusals: Refusals): MetricStream[] {
    const views = this.pipeline.views.filter((view) => view.matches(descriptor, this.scope));
    const streams =
      views.length > 0
        ? views.map((view) => this.#streamOfView(view, descriptor, refusals))
        : this.#demandsFor(descriptor).map((demand) => this.#streamOfReaders(demand, descriptor, refusals));
    // Two views may describe the same metric, in which measurements still count once.
    return [...new Set(streams)].filter((stream) => stream !== undefined);
  }

  #streamOfView(view: ViewRule, instrument: InstrumentDescriptor, refusals: Refusals) {
    const { name = instrument.name, description = instrument.description, aggregation, rule } = view;
    const descriptor = { ...instrument, name, description };
    const limit = view.limit ?? this.pipeline.cardinalityLimit;
    return this.#find('view', { descriptor, option: aggregation, rule, limit, refusals, readers: undefined });
  }

  #streamOfReaders({ option, limit, readers }: Demand, descriptor: InstrumentDescriptor, refusals: Refusals) {
    const all = readers.size === this.pipeline.readers.length;
    const form = `${JSON.stringify(option)} ${limit}`;
    return this.#find(form, {
      descriptor,
      option,
      rule: undefined,
      limit,
      refusals,
      readers: all ? undefined : readers,
    });
  }

  /** Readers mostly want the same, and then share everything. */
  #demandsFor({ type }: InstrumentDescriptor): Demand[] {
    const demands = new Map<string, Demand>();
    for (const reader of this.pipeline.readers) {
      const where = `${extensionName(reader, 'A metric reader')}.selectAggregation()`;
      const option = guarded(where, () => ({ ...reader.selectAggregation(type) }), DEFAULT_FORM);
      const limit = this.#limitOf(reader, type);
      const key = `${JSON.stringify(option)} ${limit}`;
      const demand = demands.get(key);
      if (demand) demand.readers.add(reader);
      else demands.set(key, { option, limit, readers: new Set([reader]) });
    }
    if (demands.size > 0) return [...demands.values()];
    // Nobody reads; recording has to work all the same, for tests and for readers' sake.
    return [{ option: DEFAULT_FORM, limit: this.pipeline.cardinalityLimit, readers: new Set() }];
  }

  /** A reader that was given no limit answers with that of the specification. */
  #limitOf(reader: IMetricReader, type: InstrumentDescriptor['type']): number {
    const where = `${extensionName(reader, 'A metric reader')}.selectCardinalityLimit()`;
    const limit = guarded(where, () => reader.selectCardinalityLimit?.(type), undefined) ?? OFFICIAL_LIMIT;
    return limit === OFFICIAL_LIMIT || !(limit > 0) ? this.pipeline.cardinalityLimit : limit;
  }

  #find(form: string, wanted: Wanted): MetricStream | undefined {
    const { descriptor, option, rule, limit, refusals, readers } = wanted;
    const { name, type, unit, valueType } = descriptor;
    const identity = JSON.stringify([form, name.toLowerCase(), type, unit, valueType]);
    const known = this.#byIdentity.get(identity);
    known?.describe(descriptor.description);
    if (known !== undefined || this.#byIdentity.has(identity)) return known;
    const aggregation = createAggregation(option, descriptor, this.pipeline.keepsExemplars);
    const stream =
      aggregation && new MetricStream({ descriptor, aggregation, rule, readers, limit, refusals });
    this.#byIdentity.set(identity, stream);
    if (stream !== undefined) this.streams.push(stream);
    return stream;
  }
}

/** How a metric is wanted. */
interface Wanted {
  readonly descriptor: InstrumentDescriptor;
  readonly option: AggregationOption;
  readonly rule: ViewRule['rule'];
  readonly limit: number;
  readonly refusals: Refusals;
  readonly readers: Set<IMetricReader> | undefined;
}

const OFFICIAL_LIMIT = 2000;
const DEFAULT_FORM = { type: AggregationType.DEFAULT } as const;
