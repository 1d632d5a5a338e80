import type { InstrumentKind, MetricRow } from '../../libs/telemetry/src/metrics/catalog.ts';
import { familyName, type FamilyType } from '../../libs/telemetry/src/metrics/exposition/family.name.ts';
import { labelName, plainName } from '../../libs/telemetry/src/metrics/exposition/names.ts';
import { unitSuffix } from '../../libs/telemetry/src/metrics/exposition/units.ts';
import { ERROR_TYPE } from '../../libs/telemetry/src/semconv.ts';

/** What the page makes of each kind of instrument. */
const TYPES: Readonly<Record<InstrumentKind, FamilyType>> = {
  counter: 'counter',
  observableCounter: 'counter',
  upDownCounter: 'gauge',
  observableUpDownCounter: 'gauge',
  histogram: 'histogram',
  gauge: 'gauge',
  observableGauge: 'gauge',
};

export function typeOf({ instrument }: MetricRow): FamilyType {
  return TYPES[instrument];
}

/** What a row is called on the metrics page, without the suffixes of its samples. */
export function familyOf(row: MetricRow): string {
  const isGauge = row.instrument === 'gauge' || row.instrument === 'observableGauge';
  return familyName(plainName(row.name), typeOf(row), unitSuffix(row.unit, isGauge));
}

/** The samples to take a rate of: what a counter counted, or how often a histogram recorded. */
export function countedOf(row: MetricRow): string {
  const type = typeOf(row);
  if (type === 'gauge') throw new Error(`${row.name} is a gauge, which has no rate`);
  return `${familyOf(row)}${type === 'counter' ? '_total' : '_count'}`;
}

/** The label an attribute of the row has on the page. */
export function labelOf(row: MetricRow, attribute: string): string {
  if (!row.attributes.includes(attribute)) throw new Error(`${row.name} has no attribute ${attribute}`);
  return labelName(attribute, false);
}

/** Selects what failed. */
export function failed(row: MetricRow): string {
  return `${labelOf(row, ERROR_TYPE)}!=""`;
}
