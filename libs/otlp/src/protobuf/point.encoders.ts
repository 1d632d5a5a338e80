import type {
  EncodableBuckets,
  EncodableDataPoint,
  EncodableExemplar,
  EncodableExponentialHistogram,
  EncodableHistogram,
  EncodableMetric,
  EncodableSummary,
} from '../encodable.js';
import { safeAttributes } from '../hostile.js';
import { writeAttributes } from './attributes.encoder.js';
import type { ProtobufWriter } from './protobuf.writer.js';
import { writeTime } from './time.encoder.js';

const INTEGER = 0;
const TIME = { start: 0x11, end: 0x19 } as const;
const NUMBER = { double: 0x21, exemplars: 0x2a, integer: 0x31, attributes: 0x3a } as const;
const HISTOGRAM = {
  count: 0x21,
  sum: 0x29,
  bucketCounts: 0x32,
  bounds: 0x3a,
  exemplars: 0x42,
  attributes: 0x4a,
  min: 0x59,
  max: 0x61,
} as const;
const EXPONENTIAL = {
  attributes: 0x0a,
  count: 0x21,
  sum: 0x29,
  scale: 0x30,
  zeroCount: 0x39,
  positive: 0x42,
  negative: 0x4a,
  exemplars: 0x5a,
  min: 0x61,
  max: 0x69,
  zeroThreshold: 0x71,
} as const;
const BUCKETS = { offset: 0x08, counts: 0x12 } as const;
const SUMMARY = { count: 0x21, sum: 0x29, quantiles: 0x32, attributes: 0x3a } as const;
const QUANTILE = { quantile: 0x09, value: 0x11 } as const;
const EXEMPLAR = {
  time: 0x11,
  double: 0x19,
  spanId: 0x22,
  traceId: 0x2a,
  integer: 0x31,
  attributes: 0x3a,
} as const;
const TWO_POW_32 = 0x1_0000_0000;

type Point = EncodableMetric['dataPoints'][number];

/** How the data points of one kind of metric are written. */
interface PointKind {
  /** The field of Metric that holds them. */
  readonly tag: number;
  readonly hasTemporality: boolean;
  readonly write: (writer: ProtobufWriter, point: Point, valueType: number) => void;
}

const KINDS: ReadonlyMap<unknown, PointKind> = new Map<EncodableMetric['dataPointType'], PointKind>([
  [0, { tag: 0x4a, hasTemporality: true, write: writeHistogramPoint as PointKind['write'] }],
  [1, { tag: 0x52, hasTemporality: true, write: writeExponentialPoint as PointKind['write'] }],
  [2, { tag: 0x2a, hasTemporality: false, write: writeNumberPoint as PointKind['write'] }],
  [3, { tag: 0x3a, hasTemporality: true, write: writeNumberPoint as PointKind['write'] }],
  ['summary', { tag: 0x5a, hasTemporality: false, write: writeSummaryPoint as PointKind['write'] }],
]);

/** Throws for a kind nobody knows, and the metric is left out. */
export function pointKindOf(type: EncodableMetric['dataPointType']): PointKind {
  const kind = KINDS.get(type);
  if (kind === undefined) throw new TypeError(`Unknown kind of metric: ${String(type)}`);
  return kind;
}

function writeNumberPoint(
  writer: ProtobufWriter,
  point: EncodableDataPoint<number>,
  valueType: number,
): void {
  writeTimes(writer, point);
  writePointAttributes(writer, NUMBER.attributes, point);
  writeNumber(writer, NUMBER, point.value, valueType);
  writeExemplars(writer, NUMBER.exemplars, point, valueType);
}

function writeHistogramPoint(
  writer: ProtobufWriter,
  point: EncodableDataPoint<EncodableHistogram>,
  valueType: number,
): void {
  const { count, sum, min, max, buckets } = point.value;
  writeTimes(writer, point);
  writePointAttributes(writer, HISTOGRAM.attributes, point);
  writeFixed(writer, HISTOGRAM.count, count);
  writeOptional(writer, HISTOGRAM.sum, sum);
  writePackedFixed(writer, HISTOGRAM.bucketCounts, buckets.counts);
  writePackedDoubles(writer, HISTOGRAM.bounds, buckets.boundaries);
  writeOptional(writer, HISTOGRAM.min, min);
  writeOptional(writer, HISTOGRAM.max, max);
  writeExemplars(writer, HISTOGRAM.exemplars, point, valueType);
}

function writeExponentialPoint(
  writer: ProtobufWriter,
  point: EncodableDataPoint<EncodableExponentialHistogram>,
  valueType: number,
): void {
  const { count, sum, min, max, scale, zeroCount, zeroThreshold, positive, negative } = point.value;
  writeTimes(writer, point);
  writePointAttributes(writer, EXPONENTIAL.attributes, point);
  writeFixed(writer, EXPONENTIAL.count, count);
  writeOptional(writer, EXPONENTIAL.sum, sum);
  if (scale !== 0) writer.varint(EXPONENTIAL.scale, zigzag(scale));
  writeFixed(writer, EXPONENTIAL.zeroCount, zeroCount);
  writeBuckets(writer, EXPONENTIAL.positive, positive);
  writeBuckets(writer, EXPONENTIAL.negative, negative);
  writeOptional(writer, EXPONENTIAL.min, min);
  writeOptional(writer, EXPONENTIAL.max, max);
  if (zeroThreshold !== undefined && zeroThreshold !== 0)
    writer.double(EXPONENTIAL.zeroThreshold, zeroThreshold);
  writeExemplars(writer, EXPONENTIAL.exemplars, point, valueType);
}

function writeSummaryPoint(writer: ProtobufWriter, point: EncodableDataPoint<EncodableSummary>): void {
  writeTimes(writer, point);
  writePointAttributes(writer, SUMMARY.attributes, point);
  writeFixed(writer, SUMMARY.count, point.value.count);
  writer.double(SUMMARY.sum, point.value.sum);
  for (const { quantile, value } of point.value.quantiles) {
    const start = writer.open(SUMMARY.quantiles, 1);
    writer.double(QUANTILE.quantile, quantile);
    writer.double(QUANTILE.value, value);
    writer.close(start, 1);
  }
}

function writeTimes(writer: ProtobufWriter, point: Point): void {
  writeTime(writer, TIME.start, point.startTime);
  writeTime(writer, TIME.end, point.endTime);
}

/** Attributes make a series: one that cannot be written is left out, the point stays. */
function writePointAttributes(writer: ProtobufWriter, tag: number, point: Point): void {
  const start = writer.position;
  try {
    writeAttributes(writer, tag, point.attributes);
  } catch {
    writer.rewind(start);
    writeAttributes(writer, tag, safeAttributes(() => point.attributes).kept);
  }
}

function writeExemplars(
  writer: ProtobufWriter,
  tag: number,
  point: { readonly exemplars?: readonly EncodableExemplar[] | undefined },
  valueType: number,
): void {
  if (point.exemplars === undefined) return;
  for (const exemplar of point.exemplars) {
    const start = writer.open(tag, 1);
    writeTime(writer, EXEMPLAR.time, exemplar.timestamp);
    writeNumber(writer, EXEMPLAR, exemplar.value, valueType);
    writer.hex(EXEMPLAR.traceId, exemplar.traceId, 16);
    writer.hex(EXEMPLAR.spanId, exemplar.spanId, 8);
    if (exemplar.filteredAttributes)
      writeAttributes(writer, EXEMPLAR.attributes, exemplar.filteredAttributes);
    writer.close(start, 1);
  }
}

/** An integer instrument may still have been given a fraction; that is written as it is. */
function writeNumber(
  writer: ProtobufWriter,
  tags: { readonly double: number; readonly integer: number },
  value: number,
  valueType: number,
): void {
  if (valueType === INTEGER && Number.isSafeInteger(value)) writeFixed(writer, tags.integer, value);
  else writer.double(tags.double, value);
}

function writeFixed(writer: ProtobufWriter, tag: number, value: number): void {
  writer.fixed64(tag, value % TWO_POW_32, Math.floor(value / TWO_POW_32));
}

function writeOptional(writer: ProtobufWriter, tag: number, value: number | undefined): void {
  if (value !== undefined) writer.double(tag, value);
}

function writeBuckets(writer: ProtobufWriter, tag: number, { offset, bucketCounts }: EncodableBuckets): void {
  const start = writer.open(tag, 1);
  if (offset !== 0) writer.varint(BUCKETS.offset, zigzag(offset));
  if (bucketCounts.length > 0) {
    const counts = writer.open(BUCKETS.counts, 1);
    for (const count of bucketCounts) writer.rawInt64(count);
    writer.close(counts, 1);
  }
  writer.close(start, 1);
}

function writePackedFixed(writer: ProtobufWriter, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = writer.open(tag, 1);
  for (const value of values) writer.rawFixed64(value % TWO_POW_32, Math.floor(value / TWO_POW_32));
  writer.close(start, 1);
}

function writePackedDoubles(writer: ProtobufWriter, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = writer.open(tag, 1);
  for (const value of values) writer.rawDouble(value);
  writer.close(start, 1);
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}
