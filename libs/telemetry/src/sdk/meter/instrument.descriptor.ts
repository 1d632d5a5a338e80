import { type MetricOptions, ValueType } from '@opentelemetry/api';
import { InstrumentType, type MetricDescriptor } from '@opentelemetry/sdk-metrics';
import { metricName } from '../../metrics/metric.name.js';

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
    name: metricName(name) || WITHOUT_A_NAME,
    type,
    description: metricName(options?.description ?? ''),
    unit: metricName(options?.unit ?? ''),
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
