import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import {
  decodeLogs,
  decodeLogsJson,
  decodeMetrics,
  decodeMetricsJson,
  decodeTraces,
  decodeTracesJson,
  encodeLogsData,
  encodeLogsDataJson,
  encodeMetricsData,
  encodeMetricsDataJson,
  encodeTracesData,
  encodeTracesDataJson,
  plainAttributes,
} from './index.js';

function example(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8');
}

/** Enums and counts that are 0 may be left out of JSON; decoding the original again fills them in. */
function json(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString());
}

describe('the examples of opentelemetry-proto', () => {
  it('trace.json survives both formats', () => {
    const data = decodeTracesJson(example('trace'));
    expect(decodeTraces(encodeTracesData(data))).toEqual(data);
    expect(decodeTracesJson(encodeTracesDataJson(data))).toEqual(data);
    const [span] = data.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(span).toMatchObject({
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      parentSpanId: 'eee19b7ec3c1b173',
      name: "I'm a server span",
      startTimeUnixNano: 1_544_712_660_000_000_000n,
      kind: 2,
    });
    expect(plainAttributes(span?.attributes ?? [])).toEqual({ 'my.span.attr': 'some value' });
  });

  it.each(['logs', 'events'])('%s.json survives both formats', (name) => {
    const data = decodeLogsJson(example(name));
    expect(data.resourceLogs.length).toBeGreaterThan(0);
    expect(decodeLogs(encodeLogsData(data))).toEqual(data);
    expect(decodeLogsJson(encodeLogsDataJson(data))).toEqual(data);
    expect(json(encodeLogsDataJson(data))).toMatchObject({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }],
    });
  });

  it('metrics.json survives both formats', () => {
    const data = decodeMetricsJson(example('metrics'));
    expect(decodeMetrics(encodeMetricsData(data))).toEqual(data);
    expect(decodeMetricsJson(encodeMetricsDataJson(data))).toEqual(data);
    const metrics = data.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
    expect(metrics.map(({ name }) => name)).toEqual([
      'my.counter',
      'my.gauge',
      'my.histogram',
      'my.exponential.histogram',
    ]);
    expect(metrics[3]?.exponentialHistogram?.dataPoints[0]?.positive).toEqual({
      offset: 1,
      bucketCounts: [0n, 2n],
    });
  });
});
