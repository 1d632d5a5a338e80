import type { EncodableMetric, EncodableMetrics } from '../encodable.js';
import type { EncodeOptions } from '../encode.options.js';
import { attempt, safeList, safeText } from '../hostile.js';
import { encodeResource, encodeScope, type ScopeContent, wrapContent } from './envelope.encoder.js';
import { pointKindOf } from './point.encoders.js';
import type { ProtobufWriter } from './protobuf.writer.js';
import { giveBack, takeWriter } from './writer.pool.js';

const METRICS = 0x12;
const METRIC = { name: 0x0a, description: 0x12, unit: 0x1a } as const;
const DATA_POINTS = 0x0a;
const TEMPORALITY = 0x10;
const IS_MONOTONIC = 0x18;
const LENGTH_WIDTH = 2;

/**
 * Encodes one collection of metrics as a protobuf ExportMetricsServiceRequest. Never throws: a data point or metric
 * that cannot be encoded is left out and reported to `onDropped`.
 * @since 0.1.0
 */
export function encodeMetrics(metrics: EncodableMetrics, options?: EncodeOptions): Uint8Array {
  const writer = takeWriter(options);
  const dropped: unknown[] = [];
  const scopes: ScopeContent[] = [];
  // Each scope's bytes are copied, as the next scope may move the buffer.
  for (const entry of safeList(() => metrics.scopeMetrics)) {
    writer.rewind(0);
    for (const metric of safeList(() => entry.metrics)) {
      tryWriting(writer, dropped, () => writeMetric(writer, metric, dropped));
    }
    const scope = attempt(() => entry.scope) ?? { name: '' };
    scopes.push({ scope: encodeScope(scope), content: [writer.copy(0, writer.position)] });
  }
  giveBack(writer);
  for (const reason of dropped) attempt(() => options?.onDropped?.(reason));
  return wrapContent(encodeResource(attempt(() => metrics.resource) ?? { attributes: {} }), scopes);
}

/**
 * Encodes one metric as a bare protobuf Metric, to be kept and sent later: in a request it takes the place that a span
 * has in one of traces. Undefined when nothing of it can be read. Never throws.
 * @since 0.1.0
 */
export function encodeMetric(metric: EncodableMetric, options?: EncodeOptions): Uint8Array | undefined {
  const writer = takeWriter(options);
  const dropped: unknown[] = [];
  let message: Uint8Array | undefined;
  tryWriting(writer, dropped, () => {
    writeMetricFields(writer, metric, dropped);
    message = writer.copy(0, writer.position);
  });
  giveBack(writer);
  for (const reason of dropped) attempt(() => options?.onDropped?.(reason));
  return message;
}

function writeMetric(writer: ProtobufWriter, metric: EncodableMetric, dropped: unknown[]): void {
  const start = writer.open(METRICS, LENGTH_WIDTH);
  writeMetricFields(writer, metric, dropped);
  writer.close(start, LENGTH_WIDTH);
}

function writeMetricFields(writer: ProtobufWriter, metric: EncodableMetric, dropped: unknown[]): void {
  const { descriptor } = metric;
  const kind = pointKindOf(metric.dataPointType);
  writer.text(
    METRIC.name,
    safeText(() => descriptor.name),
  );
  const description = safeText(() => descriptor.description);
  const unit = safeText(() => descriptor.unit);
  if (description !== '') writer.text(METRIC.description, description);
  if (unit !== '') writer.text(METRIC.unit, unit);
  const data = writer.open(kind.tag, LENGTH_WIDTH);
  for (const point of metric.dataPoints) {
    tryWriting(writer, dropped, () => {
      const pointStart = writer.open(DATA_POINTS, 1);
      kind.write(writer, point, descriptor.valueType);
      writer.close(pointStart, 1);
    });
  }
  const temporality = metric.aggregationTemporality;
  if (kind.hasTemporality && (temporality === 0 || temporality === 1))
    writer.varint(TEMPORALITY, temporality + 1);
  if (metric.dataPointType === 3 && metric.isMonotonic) writer.varint(IS_MONOTONIC, 1);
  writer.close(data, LENGTH_WIDTH);
}

/** Undoes what was written when it cannot be finished. */
function tryWriting(writer: ProtobufWriter, dropped: unknown[], write: () => void): void {
  const start = writer.position;
  writer.rewind(start);
  try {
    write();
  } catch (reason) {
    writer.rewind(start);
    dropped.push(reason);
  }
}
