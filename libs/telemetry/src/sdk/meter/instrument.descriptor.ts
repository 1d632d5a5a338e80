import { type MetricOptions, ValueType } from '@opentelemetry/api';
import { InstrumentType, type MetricDescriptor } from '@opentelemetry/sdk-metrics';
import { guarded } from '../../telemetry.warnings.js';

/** What an instrument is, as the official SDK describes it. */
export interface InstrumentDescriptor extends MetricDescriptor {
  readonly type: InstrumentType;
  readonly advice: NonNullable<MetricOptions['advice']>;
}

const WITHOUT_A_NAME = 'unnamed';
/** Measurements of these may be negative, so that a sum over all of them tells nothing. */
const SIGNED = new Set<InstrumentType>([
  InstrumentType.GAUGE,
  InstrumentType.OBSERVABLE_GAUGE,
  InstrumentType.UP_DOWN_COUNTER,
  InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
]);
const OBSERVABLE = new Set<InstrumentType>([
  InstrumentType.OBSERVABLE_COUNTER,
  InstrumentType.OBSERVABLE_GAUGE,
  InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
]);

export function describeInstrument(
  type: InstrumentType,
  name: unknown,
  options: MetricOptions | undefined,
): InstrumentDescriptor {
  return {
    name: textOf(name) || WITHOUT_A_NAME,
    type,
    description: textOf(options?.description ?? ''),
    unit: textOf(options?.unit ?? ''),
    valueType: options?.valueType ?? ValueType.DOUBLE,
    advice: options?.advice ?? {},
  };
}

export function mayBeNegative({ type }: InstrumentDescriptor): boolean {
  return SIGNED.has(type);
}

export function isObserved({ type }: InstrumentDescriptor): boolean {
  return OBSERVABLE.has(type);
}

/** One with a name that is no text would fail at every later collection, far from the call that caused it. */
function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : guarded('The name or options of a metric', () => String(value), '');
}
