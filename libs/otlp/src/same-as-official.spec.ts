import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, expectTypeOf, it } from 'vitest';

import {
  decodeLogs,
  decodeLogsJson,
  decodeMetrics,
  decodeMetricsJson,
  decodeTraces,
  decodeTracesJson,
  encodeLogs,
  encodeLogsJson,
  encodeMetrics,
  encodeMetricsJson,
  encodeTraces,
  encodeTracesJson,
  type EncodableLogRecord,
  type EncodableMetrics,
  type EncodableSpan,
} from './index.js';
import { SEED, Seeded } from './seeded.spec-helper.js';

const ROUNDS = 25;

/** Each round has its own seed, so that one round can be repeated alone. */
function eachRound(check: (seeded: Seeded) => void): void {
  for (let round = 0; round < ROUNDS; round++) check(new Seeded(SEED + round));
}

function written(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new Error('The official serializer gave nothing.');
  return bytes;
}

describe(`what the official transformer writes, with seed ${SEED}`, () => {
  it('is equal field by field for spans', () => {
    eachRound((seeded) => {
      const spans = seeded.spans();
      const official = spans as unknown as ReadableSpan[];
      expect(decodeTraces(encodeTraces(spans))).toEqual(
        decodeTraces(written(ProtobufTraceSerializer.serializeRequest(official))),
      );
      expect(decodeTracesJson(encodeTracesJson(spans))).toEqual(
        decodeTracesJson(written(JsonTraceSerializer.serializeRequest(official))),
      );
    });
  });

  it('is equal field by field for log records', () => {
    eachRound((seeded) => {
      const records = seeded.logRecords();
      const official = records as unknown as ReadableLogRecord[];
      expect(decodeLogs(encodeLogs(records))).toEqual(
        decodeLogs(written(ProtobufLogsSerializer.serializeRequest(official))),
      );
      expect(decodeLogsJson(encodeLogsJson(records))).toEqual(
        decodeLogsJson(written(JsonLogsSerializer.serializeRequest(official))),
      );
    });
  });

  it('is equal field by field for metrics', () => {
    eachRound((seeded) => {
      const metrics = seeded.metrics();
      const official = metrics as unknown as ResourceMetrics;
      expect(decodeMetrics(encodeMetrics(metrics))).toEqual(
        decodeMetrics(written(ProtobufMetricsSerializer.serializeRequest(official))),
      );
      expect(decodeMetricsJson(encodeMetricsJson(metrics))).toEqual(
        decodeMetricsJson(written(JsonMetricsSerializer.serializeRequest(official))),
      );
    });
  });

  it('takes what the SDK hands out without a cast', () => {
    expectTypeOf<ReadableSpan>().toExtend<EncodableSpan>();
    expectTypeOf<ReadableLogRecord>().toExtend<EncodableLogRecord>();
    expectTypeOf<ResourceMetrics>().toExtend<EncodableMetrics>();
    expect(encodeTraces([])).toHaveLength(0);
  });
});
