import {
  type AggregationOption,
  type AggregationTemporality,
  AggregationType,
  type DataPoint,
  DataPointType,
  InstrumentType,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import type { Cell } from './cell.js';
import { ExponentialCell } from './exponential.cell.js';
import { HistogramCell } from './histogram.cell.js';
import { type InstrumentDescriptor, mayBeNegative } from './instrument.descriptor.js';
import { LastValueCell } from './last-value.cell.js';
import { SumCell } from './sum.cell.js';

/** How measurements become numbers, and how these are reported. */
export interface Aggregation {
  /** Whether parts of it can be put together by adding them. */
  readonly isSum: boolean;
  /** Whether it takes infinite measurements: where they are added up they would stay for ever. */
  readonly takesInfinity: boolean;
  newCell(): Cell;
  report(
    descriptor: InstrumentDescriptor,
    aggregationTemporality: AggregationTemporality,
    dataPoints: DataPoint<unknown>[],
  ): MetricData;
}

/** Of the specification; made for milliseconds. */
const DEFAULT_BOUNDARIES = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];
const DEFAULT_MAX_SIZE = 160;
const MONOTONIC = new Set<InstrumentType>([
  InstrumentType.COUNTER,
  InstrumentType.OBSERVABLE_COUNTER,
  InstrumentType.HISTOGRAM,
]);

/** `undefined` where nothing is to be kept. */
export function createAggregation(
  option: AggregationOption,
  descriptor: InstrumentDescriptor,
  keepsExemplars: boolean,
): Aggregation | undefined {
  switch (option.type) {
    case AggregationType.DROP:
      return undefined;
    case AggregationType.SUM:
      return sum(descriptor, keepsExemplars);
    case AggregationType.LAST_VALUE:
      return lastValue();
    case AggregationType.EXPLICIT_BUCKET_HISTOGRAM: {
      const { boundaries = DEFAULT_BOUNDARIES, recordMinMax = true } = option.options ?? {};
      return histogram(descriptor, boundaries, recordMinMax, keepsExemplars);
    }
    case AggregationType.EXPONENTIAL_HISTOGRAM: {
      const { maxSize = DEFAULT_MAX_SIZE, recordMinMax = true } = option.options ?? {};
      return exponential(descriptor, Math.max(2, maxSize), recordMinMax, keepsExemplars);
    }
    default:
      return byInstrument(descriptor, keepsExemplars);
  }
}

function byInstrument(descriptor: InstrumentDescriptor, keepsExemplars: boolean): Aggregation {
  switch (descriptor.type) {
    case InstrumentType.GAUGE:
    case InstrumentType.OBSERVABLE_GAUGE:
      return lastValue();
    case InstrumentType.HISTOGRAM: {
      const boundaries = descriptor.advice.explicitBucketBoundaries ?? DEFAULT_BOUNDARIES;
      return histogram(descriptor, boundaries, true, keepsExemplars);
    }
    default:
      return sum(descriptor, keepsExemplars);
  }
}

function sum({ type }: InstrumentDescriptor, keepsExemplars: boolean): Aggregation {
  const isMonotonic = MONOTONIC.has(type);
  const layout = { isMonotonic, keepsExemplars: isMonotonic && keepsExemplars };
  return {
    isSum: true,
    takesInfinity: false,
    newCell: () => new SumCell(layout),
    report: (descriptor, aggregationTemporality, dataPoints) =>
      ({
        descriptor,
        aggregationTemporality,
        dataPointType: DataPointType.SUM,
        dataPoints,
        isMonotonic,
      }) as MetricData,
  };
}

function lastValue(): Aggregation {
  return {
    isSum: false,
    takesInfinity: true,
    newCell: () => new LastValueCell(),
    report: (descriptor, aggregationTemporality, dataPoints) =>
      ({ descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints }) as MetricData,
  };
}

function histogram(
  instrument: InstrumentDescriptor,
  bounds: readonly number[],
  recordsMinMax: boolean,
  keepsExemplars: boolean,
): Aggregation {
  const boundaries = boundariesOf(bounds);
  const layout = { boundaries, recordsMinMax, keepsExemplars, hasSum: !mayBeNegative(instrument) };
  return {
    isSum: false,
    takesInfinity: false,
    newCell: () => new HistogramCell(layout),
    report: (descriptor, aggregationTemporality, dataPoints) =>
      ({
        descriptor,
        aggregationTemporality,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints,
      }) as MetricData,
  };
}

function exponential(
  instrument: InstrumentDescriptor,
  maxSize: number,
  recordsMinMax: boolean,
  keepsExemplars: boolean,
): Aggregation {
  const layout = { maxSize, recordsMinMax, keepsExemplars, hasSum: !mayBeNegative(instrument) };
  return {
    isSum: false,
    takesInfinity: false,
    newCell: () => new ExponentialCell(layout),
    report: (descriptor, aggregationTemporality, dataPoints) =>
      ({
        descriptor,
        aggregationTemporality,
        dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
        dataPoints,
      }) as MetricData,
  };
}

/** What is given as advice or in a view may be in any order, hold infinities, or be no list at all. */
function boundariesOf(given: unknown): number[] {
  const list = Array.isArray(given) ? (given as unknown[]) : DEFAULT_BOUNDARIES;
  const numbers = list.filter((bound): bound is number => Number.isFinite(bound));
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}
