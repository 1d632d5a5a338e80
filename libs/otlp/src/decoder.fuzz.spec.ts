import { describe, expect, it } from 'vitest';

import {
  decodeExportResponse,
  decodeExportResponseJson,
  type DecodeOptions,
  decodeLogs,
  decodeLogsJson,
  decodeMetrics,
  decodeMetricsJson,
  decodeTraces,
  decodeTracesJson,
  encodeLogs,
  encodeMetrics,
  encodeTraces,
  encodeTracesJson,
  OtlpDecodeError,
} from './index.js';
import { SEED, Seeded } from './seeded.spec-helper.js';

type Decoder = (bytes: Uint8Array, options?: DecodeOptions) => unknown;

const PROTOBUF: readonly Decoder[] = [
  decodeTraces,
  decodeLogs,
  decodeMetrics,
  (bytes) => decodeExportResponse('logs', bytes),
];
const JSON_TEXT: readonly Decoder[] = [
  decodeTracesJson,
  decodeLogsJson,
  decodeMetricsJson,
  (bytes) => decodeExportResponseJson('metrics', bytes),
];

/** What a decoder throws that is not our own error; undefined when it accepts the bytes or refuses them properly. */
function foreignError(decode: Decoder, bytes: Uint8Array): unknown {
  try {
    decode(bytes);
    return undefined;
  } catch (error) {
    return error instanceof OtlpDecodeError ? undefined : error;
  }
}

/** One request of each signal, small enough to be cut everywhere. */
function samples(seeded: Seeded): Uint8Array[] {
  const requests = () => [
    encodeTraces(seeded.spans(3)),
    encodeLogs(seeded.logRecords(3)),
    encodeMetrics(seeded.metrics()),
  ];
  const found: Uint8Array[] = [];
  while (found.length < 6) found.push(...requests().filter(({ length }) => length > 0 && length < 6000));
  return found;
}

describe(`a decoder given broken bytes, with seed ${SEED}`, () => {
  it('throws only its own error for a request cut at any byte', () => {
    const foreign: unknown[] = [];
    const check = (decode: Decoder, bytes: Uint8Array) => foreign.push(foreignError(decode, bytes));
    for (const sample of samples(new Seeded(SEED))) {
      for (let end = 0; end < sample.length; end++) {
        for (const decode of PROTOBUF) check(decode, sample.subarray(0, end));
      }
    }
    expect(foreign.filter((error) => error !== undefined)).toEqual([]);
  });

  it('throws only its own error for flipped bits', () => {
    const foreign: unknown[] = [];
    const check = (decode: Decoder, bytes: Uint8Array) => foreign.push(foreignError(decode, bytes));
    const seeded = new Seeded(SEED);
    const all = samples(seeded);
    for (let round = 0; round < 6000; round++) {
      const broken = Uint8Array.from(seeded.oneOf(all));
      for (let flips = 1 + seeded.below(4); flips > 0; flips--) {
        const index = seeded.below(broken.length);
        broken[index] = (broken[index] ?? 0) ^ (1 << seeded.below(8));
      }
      check(seeded.oneOf(PROTOBUF), broken);
    }
    expect(foreign.filter((error) => error !== undefined)).toEqual([]);
  });

  it('throws only its own error for random bytes', () => {
    const foreign: unknown[] = [];
    const check = (decode: Decoder, bytes: Uint8Array) => foreign.push(foreignError(decode, bytes));
    const seeded = new Seeded(SEED);
    for (let round = 0; round < 6000; round++) {
      const bytes = Uint8Array.from({ length: seeded.below(120) }, () => seeded.below(256));
      for (const decode of [...PROTOBUF, ...JSON_TEXT]) check(decode, bytes);
    }
    expect(foreign.filter((error) => error !== undefined)).toEqual([]);
  });

  it('throws only its own error for JSON with exchanged parts', () => {
    const foreign: unknown[] = [];
    const check = (decode: Decoder, bytes: Uint8Array) => foreign.push(foreignError(decode, bytes));
    const seeded = new Seeded(SEED);
    const parts = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      'null',
      '-1',
      '1e999',
      '"NaN"',
      '"__proto__":1',
      '{}',
      '[[]]',
    ];
    const text = Buffer.from(encodeTracesJson(new Seeded(SEED + 1).spans(2))).toString();
    for (let round = 0; round < 300; round++) {
      const at = seeded.below(text.length);
      const broken = text.slice(0, at) + seeded.oneOf(parts) + text.slice(at + seeded.below(4));
      check(seeded.oneOf(JSON_TEXT), Buffer.from(broken));
      check(decodeTracesJson, Buffer.from(broken));
    }
    expect(foreign.filter((error) => error !== undefined)).toEqual([]);
  });
});

describe('a decoder', () => {
  it.each([
    ['the bytes end too early', decodeTraces, [0x0a, 0x05, 0x0a], 'OTLP_TRUNCATED'],
    ['a varint does not end', decodeTraces, Array.from({ length: 11 }, () => 0xff), 'OTLP_MALFORMED'],
    ['a field has number 0', decodeTraces, [0x02, 0x00], 'OTLP_MALFORMED'],
    ['a group ends that never began', decodeTraces, [0x14], 'OTLP_MALFORMED'],
    [
      'groups lie in groups without end',
      decodeTraces,
      Array.from({ length: 1000 }, () => 0x13),
      'OTLP_MALFORMED',
    ],
    ['the text is no JSON', decodeTracesJson, [...Buffer.from('{"resourceSpans":')], 'OTLP_MALFORMED'],
    ['a list is no list', decodeTracesJson, [...Buffer.from('{"resourceSpans":{}}')], 'OTLP_MALFORMED'],
    ['the whole is a list', decodeTracesJson, [...Buffer.from('[]')], 'OTLP_MALFORMED'],
  ] as const)('says so when %s', (_case, decode, bytes, code) => {
    expect(() => decode(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ name: 'OtlpDecodeError', code }),
    );
  });

  it('refuses values nested deeper than allowed, in both formats', () => {
    let value: unknown = 1;
    for (let level = 0; level < 500; level++) value = [value];
    const span = { ...new Seeded(1).span({ attributes: {} }, { name: 'deep' }), attributes: { value } };
    const bytes = encodeTraces([span], { maxDepth: 1000 });
    expect(() => decodeTraces(bytes)).toThrow(expect.objectContaining({ code: 'OTLP_TOO_DEEP' }));
    expect(decodeTraces(bytes, { maxDepth: 2000 }).resourceSpans).toHaveLength(1);
    const json = `${'{"arrayValue":{"values":['.repeat(500)}${']}}'.repeat(500)}`;
    const request = `{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":${json}}]}}]}`;
    expect(() => decodeTracesJson(request)).toThrow(expect.objectContaining({ code: 'OTLP_TOO_DEEP' }));
  });

  it('refuses bytes that would become far more memory, before it is allocated', () => {
    const maxMemory = 1_000_000;
    // Each empty span takes two bytes here, and a hundred times as many when decoded.
    const spans = Buffer.from('1200'.repeat(16_000), 'hex');
    const scopeSpans = Buffer.concat([Buffer.from([0x12, 0x80, 0xfa, 0x01]), spans]);
    const request = Buffer.concat([Buffer.from([0x0a, 0x84, 0xfa, 0x01]), scopeSpans]);
    const tooLarge = expect.objectContaining({ code: 'OTLP_TOO_LARGE' }) as Error;
    expect(decodeTraces(request).resourceSpans[0]?.scopeSpans[0]?.spans).toHaveLength(16_000);
    expect(() => decodeTraces(request, { maxMemory })).toThrow(tooLarge);
    expect(() => decodeTracesJson('['.repeat(20_000), { maxMemory })).toThrow(tooLarge);
  });

  it('passes over fields and names of a later protocol', () => {
    const unknown = [
      0xa0, 0x06, 0x01, 0xa9, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xb2, 0x06, 2, 9, 9, 0xbd, 0x06, 1, 2, 3, 4,
    ];
    const group = [0xc3, 0x06, 0x08, 0x01, 0xc4, 0x06];
    const wrongWireType = [0x08, 0x01];
    const known = encodeTraces(new Seeded(2).spans());
    const request = Buffer.concat([
      Buffer.from([...unknown, ...group, ...wrongWireType]),
      known,
      Buffer.from(unknown),
    ]);
    expect(decodeTraces(request)).toEqual(decodeTraces(known));
    expect(decodeTracesJson('{"later":{"a":[1]},"resourceSpans":null,"__proto__":{"x":1}}')).toEqual({
      resourceSpans: [],
    });
  });
});
