import { describe, expect, it } from 'vitest';

import {
  decodeExportResponse,
  decodeExportResponseJson,
  decodeLogs,
  decodeLogsJson,
  decodeMetrics,
  decodeMetricsJson,
  decodeTraces,
  decodeTracesJson,
  encodeExportResponse,
  encodeExportResponseJson,
  encodeLogRecord,
  encodeLogs,
  encodeLogsData,
  encodeLogsDataJson,
  encodeMetrics,
  encodeMetricsData,
  encodeMetricsDataJson,
  encodeMetricsJson,
  encodeResource,
  encodeScope,
  encodeSpan,
  encodeTraces,
  encodeTracesData,
  encodeTracesDataJson,
  type EncodableMetric,
  type EncodableSpan,
  wrapLogRecords,
  wrapSpans,
} from './index.js';
import { SEED, Seeded } from './seeded.spec-helper.js';

const resource = { attributes: { 'service.name': 'orders' }, schemaUrl: 'https://example.com/r' };
const scope = { name: 'spec', version: '1', droppedAttributesCount: 3 };

function spanWith(attributes: Readonly<Record<string, unknown>>): EncodableSpan {
  return { ...new Seeded(1).span(resource, scope), attributes };
}

describe('integers', () => {
  const powers = Array.from({ length: 64 }, (_, bits) => 2n ** BigInt(bits)).flatMap((power) => [
    power - 1n,
    power,
  ]);
  const signed = powers
    .flatMap((value) => [value, -value])
    .filter((value) => BigInt.asIntN(64, value) === value);

  it('of every width come back as they were, in both formats', () => {
    const attributes = Object.fromEntries(signed.map((value) => [String(value), value]));
    const data = decodeTraces(encodeTraces([spanWith(attributes)]));
    const written = data.resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes ?? [];
    expect(written.length).toBe(Object.keys(attributes).length);
    for (const { key, value } of written) expect(value).toEqual({ intValue: BigInt(key) });
    expect(decodeTraces(encodeTracesData(data))).toEqual(data);
    expect(decodeTracesJson(encodeTracesDataJson(data))).toEqual(data);
  });

  it('given as numbers are written like bigints', () => {
    const exact = signed.filter((value) => BigInt(Number(value)) === value);
    const numbers = spanWith(Object.fromEntries(exact.map((value) => [String(value), Number(value)])));
    const bigints = spanWith(Object.fromEntries(exact.map((value) => [String(value), value])));
    expect(encodeTraces([numbers])).toEqual(encodeTraces([bigints]));
  });

  it('are written as short as possible, as strict decoders want them', () => {
    const lengths = [1, 24, 25, 100, 126, 127, 128, 16_383, 16_384, 70_000, 2_097_151, 2_097_152];
    for (const length of lengths) {
      const span = spanWith({ text: 'x'.repeat(length), wide: 'é'.repeat(length) });
      const bytes = encodeTraces([span], { maxTextLength: 5_000_000 });
      expect(encodeTracesData(decodeTraces(bytes)).length).toBe(bytes.length);
    }
  });
});

describe('times', () => {
  it.each([
    [[0, 1], 1n],
    [[1, 999_999_999], 1_999_999_999n],
    [[1_790_000_000, 123_456_789], 1_790_000_000_123_456_789n],
    [[4_294_967_295, 999_999_999], 4_294_967_295_999_999_999n],
    [[10, 1_500_000_000], 11_500_000_000n],
    [[10, -1], 9_999_999_999n],
    [[1.5, 0], 1_500_000_000n],
  ] as const)('%o is exact to the nanosecond', (time, expected) => {
    const data = decodeTraces(encodeTraces([{ ...spanWith({}), startTime: time }]));
    expect(data.resourceSpans[0]?.scopeSpans[0]?.spans[0]?.startTimeUnixNano).toBe(expected);
  });
});

describe('records encoded one by one', () => {
  it('become the same request when wrapped', () => {
    const spans = new Seeded(SEED).list(20, () => new Seeded(SEED).span(resource, scope));
    const messages = spans.map((span) => encodeSpan(span) ?? new Uint8Array());
    expect(wrapSpans(resource, scope, messages)).toEqual(
      spans.length > 0 ? encodeTraces(spans) : wrapSpans(encodeResource(resource), encodeScope(scope), []),
    );
    const record = { ...new Seeded(5).logRecords(1)[0], resource, instrumentationScope: scope };
    const logs = [record, record].map((log) => encodeLogRecord(log as never) ?? new Uint8Array());
    expect(wrapLogRecords(resource, scope, logs)).toEqual(encodeLogs([record, record] as never));
  });

  it('may be joined with other requests', () => {
    const other = { attributes: { 'service.name': 'users' } };
    const one = spanWith({ a: 1 });
    const two = { ...spanWith({ b: 2 }), resource: other };
    expect(decodeTraces(Buffer.concat([encodeTraces([one]), encodeTraces([two])]))).toEqual(
      decodeTraces(encodeTraces([one, two])),
    );
  });

  it('see the attributes of a resource that settles later', () => {
    const late = { attributes: { early: 1 } as Record<string, unknown>, asyncAttributesPending: true };
    const before = encodeResource(late).length;
    late.attributes['host.name'] = 'node-7';
    late.asyncAttributesPending = false;
    expect(encodeResource(late).length).toBeGreaterThan(before);
    expect(encodeResource(late)).toBe(encodeResource(late));
  });
});

describe('metrics', () => {
  const exemplar = {
    filteredAttributes: { 'user.kind': 'guest' },
    value: 7,
    timestamp: [1_790_000_000, 9],
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
  } as const;
  const point = {
    startTime: [1, 0],
    endTime: [2, 0],
    attributes: { route: '/' },
    exemplars: [exemplar],
  } as const;
  const buckets = { offset: -3, bucketCounts: [1, 0, 2 ** 40] };
  const base = {
    descriptor: { name: 'm', description: 'd', unit: 's', valueType: 0 },
    aggregationTemporality: 0,
  };
  const exponential = { count: 4, sum: 2, scale: -2, zeroCount: 1, zeroThreshold: 0.25, min: 0, max: 1 };
  const metrics: EncodableMetric[] = [
    { ...base, dataPointType: 2, dataPoints: [{ ...point, value: -5 }] },
    { ...base, dataPointType: 3, dataPoints: [{ ...point, value: 2.5 }], isMonotonic: true },
    {
      ...base,
      dataPointType: 0,
      dataPoints: [
        { ...point, value: { buckets: { boundaries: [1, 2], counts: [1, 2, 3] }, count: 6, sum: 0 } },
      ],
    },
    {
      ...base,
      dataPointType: 1,
      dataPoints: [{ ...point, value: { ...exponential, positive: buckets, negative: buckets } }],
    },
    {
      ...base,
      dataPointType: 'summary',
      dataPoints: [{ ...point, value: { count: 9, sum: 4.5, quantiles: [{ quantile: 0.99, value: 3 }] } }],
    },
  ];
  const collection = { resource, scopeMetrics: [{ scope, metrics }] };
  const data = decodeMetrics(encodeMetrics(collection));
  const written = data.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];

  it('of every kind carry their values and exemplars', () => {
    const example = {
      filteredAttributes: [{ key: 'user.kind', value: { stringValue: 'guest' } }],
      timeUnixNano: 1_790_000_000_000_000_009n,
      asInt: 7n,
      traceId: exemplar.traceId,
      spanId: exemplar.spanId,
    };
    const exemplars = [example];
    expect(written[0]?.gauge?.dataPoints).toMatchObject([{ asInt: -5n, exemplars }]);
    expect(written[1]?.sum).toMatchObject({
      isMonotonic: true,
      aggregationTemporality: 1,
      dataPoints: [{ asDouble: 2.5, exemplars }],
    });
    expect(written[2]?.histogram?.dataPoints).toMatchObject([
      { count: 6n, sum: 0, bucketCounts: [1n, 2n, 3n], explicitBounds: [1, 2], exemplars },
    ]);
    const expected = { offset: -3, bucketCounts: [1n, 0n, 2n ** 40n] };
    expect(written[3]?.exponentialHistogram?.dataPoints).toMatchObject([
      { scale: -2, zeroCount: 1n, zeroThreshold: 0.25, positive: expected, negative: expected, exemplars },
    ]);
    expect(written[4]?.summary?.dataPoints).toMatchObject([
      { count: 9n, sum: 4.5, quantileValues: [{ quantile: 0.99, value: 3 }] },
    ]);
  });

  it('survive both formats again', () => {
    expect(decodeMetrics(encodeMetricsData(data))).toEqual(data);
    expect(decodeMetricsJson(encodeMetricsDataJson(data))).toEqual(data);
    expect(decodeMetricsJson(encodeMetricsJson(collection))).toEqual(data);
  });
});

describe(`generated data, with seed ${SEED}`, () => {
  it('is the same after decoding and encoding again', () => {
    for (let round = 0; round < 10; round++) {
      const seeded = new Seeded(SEED + round);
      const traces = decodeTraces(encodeTraces(seeded.spans()));
      expect(decodeTraces(encodeTracesData(traces))).toEqual(traces);
      expect(decodeTracesJson(encodeTracesDataJson(traces))).toEqual(traces);
      const logs = decodeLogs(encodeLogs(seeded.logRecords()));
      expect(decodeLogs(encodeLogsData(logs))).toEqual(logs);
      expect(decodeLogsJson(encodeLogsDataJson(logs))).toEqual(logs);
    }
  });
});

describe('OTLP/JSON', () => {
  it('has hexadecimal ids, integers as text, enums as numbers, bytes in base64 and words for what is no number', () => {
    const span = spanWith({ int: 5, bytes: new Uint8Array([251, 255]), nan: Number.NaN });
    const bytes = encodeTracesDataJson(decodeTraces(encodeTraces([{ ...span, kind: 1 }])));
    const json = JSON.parse(Buffer.from(bytes).toString()) as {
      resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
    };
    expect(json.resourceSpans[0]?.scopeSpans[0]?.spans[0]).toMatchObject({
      traceId: span.spanContext().traceId,
      kind: 2,
      startTimeUnixNano: expect.stringMatching(/^\d+$/) as unknown,
      attributes: [
        { key: 'int', value: { intValue: '5' } },
        { key: 'bytes', value: { bytesValue: '+/8=' } },
        { key: 'nan', value: { doubleValue: 'NaN' } },
      ],
    });
  });

  it('is read with integers as numbers too, upper-case ids and null for nothing', () => {
    const request =
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"ABCD","kind":"3","endTimeUnixNano":7,"status":null}]}]}]}';
    expect(decodeTracesJson(request).resourceSpans[0]?.scopeSpans[0]?.spans[0]).toMatchObject({
      traceId: 'abcd',
      kind: 3,
      endTimeUnixNano: 7n,
      name: '',
    });
  });
});

describe('the answer to an export request', () => {
  it.each(['traces', 'logs', 'metrics'] as const)(
    'tells what was rejected of %s, in both formats',
    (signal) => {
      const partial = { rejected: 2n ** 40n, errorMessage: 'too old' };
      expect(decodeExportResponse(signal, encodeExportResponse(signal, partial))).toEqual(partial);
      expect(decodeExportResponseJson(signal, encodeExportResponseJson(signal, partial))).toEqual(partial);
      expect(encodeExportResponse(signal)).toHaveLength(0);
    },
  );

  it('is nothing when everything was taken', () => {
    expect(decodeExportResponse('traces', new Uint8Array())).toBeUndefined();
    expect(decodeExportResponse('traces', Uint8Array.of(0x0a, 0x00))).toBeUndefined();
    expect(decodeExportResponseJson('logs', '')).toBeUndefined();
    expect(decodeExportResponseJson('logs', '{"partialSuccess":{}}')).toBeUndefined();
  });

  it('may be a warning only', () => {
    const json = '{"partialSuccess":{"rejectedSpans":"0","errorMessage":"slow down"}}';
    expect(decodeExportResponseJson('traces', json)).toEqual({ rejected: 0n, errorMessage: 'slow down' });
  });
});
