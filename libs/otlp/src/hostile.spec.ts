import { afterEach, describe, expect, it } from 'vitest';

import {
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  encodeLogs,
  encodeMetrics,
  encodeSpan,
  encodeTraces,
  encodeTracesJson,
  type EncodableLogRecord,
  type EncodableMetrics,
  type EncodableSpan,
  plainAttributes,
  plainValue,
  type SpanData,
} from './index.js';

const resource = { attributes: { 'service.name': 'orders' } };
const scope = { name: 'spec' };
const HOSTILE_GETTER = {
  get trap(): never {
    throw new Error('hostile getter');
  },
};

function spanOf(changes: Readonly<Record<string, unknown>> = {}): EncodableSpan {
  return {
    name: 'good',
    kind: 1,
    spanContext: () => ({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    }),
    startTime: [1_790_000_000, 5],
    endTime: [1_790_000_001, 7],
    status: { code: 0 },
    attributes: { kept: 'yes' },
    events: [],
    links: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...changes,
  };
}

function spansIn(bytes: Uint8Array): SpanData[] {
  return decodeTraces(bytes).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans),
  );
}

/** Encodes a hostile span between two good ones, asserts that those are whole, and returns it. */
function between(hostile: unknown): SpanData | undefined {
  const good = spansIn(encodeTraces([spanOf()]))[0];
  const spans = spansIn(encodeTraces([spanOf(), hostile as EncodableSpan, spanOf()]));
  expect(spans[0]).toEqual(good);
  expect(spans.at(-1)).toEqual(good);
  expect(() => encodeTracesJson([hostile as EncodableSpan])).not.toThrow();
  return spans.length === 3 ? spans[1] : undefined;
}

function throwing(): never {
  throw new Error('hostile');
}

function cyclic(): unknown {
  const value: Record<string, unknown> = { name: 'loop' };
  value['self'] = value;
  return value;
}

function nested(levels: number): unknown {
  let value: unknown = 'core';
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { deeper: value };
  return value;
}

describe('a hostile span', () => {
  it.each([
    ['undefined name', { name: undefined }, ''],
    ['null name', { name: null }, ''],
    ['numeric name', { name: 42 }, '42'],
    ['symbol name', { name: Symbol('x') }, ''],
    ['object name', { name: { toString: throwing } }, ''],
    ['NaN times', { startTime: [Number.NaN, 0], endTime: [Number.NaN, Number.NaN] }, 'good'],
    ['no times', { startTime: undefined, endTime: null }, 'good'],
    ['negative and infinite times', { startTime: [-5, 0], endTime: [Number.POSITIVE_INFINITY, 0] }, 'good'],
    ['strange kind', { kind: 77 }, 'good'],
    ['text for a kind', { kind: 'server' }, 'good'],
    ['no status', { status: undefined }, 'good'],
    ['strange status', { status: { code: 'bad', message: 7 } }, 'good'],
    ['no attributes', { attributes: undefined }, 'good'],
    ['attributes that are a text', { attributes: 'text' }, 'good'],
    ['no events and links', { events: undefined, links: null }, 'good'],
    ['empty places in lists', { events: [null, undefined, 3], links: [undefined, {}] }, 'good'],
    [
      'strange counts',
      { droppedAttributesCount: Number.NaN, droppedEventsCount: -1, droppedLinksCount: 2 ** 60 },
      'good',
    ],
    ['context that throws', { spanContext: throwing }, 'good'],
    ['no context', { spanContext: () => undefined }, 'good'],
    [
      'trace state that throws',
      { parentSpanContext: null, spanContext: () => ({ traceState: { serialize: throwing } }) },
      'good',
    ],
    [
      'hostile parent',
      {
        parentSpanContext: {
          get spanId(): never {
            return throwing();
          },
        },
      },
      'good',
    ],
  ])('with %s is written, and its neighbours are whole', (_case, changes, name) => {
    expect(between(spanOf(changes))?.name).toBe(name);
  });

  it.each([
    ['numbers', { traceId: 1, spanId: 2 }],
    ['too short', { traceId: 'abc', spanId: 'ab' }],
    ['no digits', { traceId: 'g'.repeat(32), spanId: '\u0130'.repeat(16) }],
    ['full-width digits', { traceId: '\uff11'.repeat(32), spanId: '\u0161'.repeat(16) }],
  ])(
    'whose ids are %s has none, as half an id would make receivers refuse the whole request',
    (_case, ids) => {
      const span = between(spanOf({ spanContext: () => ({ ...ids, traceFlags: 1 }) }));
      expect(span).toMatchObject({ traceId: '', spanId: '', name: 'good' });
    },
  );

  it('without a usable start time starts when it ends', () => {
    const span = between(spanOf({ startTime: [Number.NaN, 0] }));
    expect(span?.startTimeUnixNano).toBe(1_790_000_001_000_000_007n);
    expect(span?.endTimeUnixNano).toBe(1_790_000_001_000_000_007n);
  });

  it('loses the attributes that throw and counts them', () => {
    const attributes = Object.defineProperty({ a: 1, deep: HOSTILE_GETTER, z: 'last' }, 'bad', {
      enumerable: true,
      get: throwing,
    });
    const span = between(spanOf({ attributes, droppedAttributesCount: 2 }));
    expect(plainAttributes(span?.attributes ?? [])).toEqual({ a: 1, z: 'last' });
    expect(span?.droppedAttributesCount).toBe(4);
  });

  it.each([
    ['a proxy that throws', new Proxy({}, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing })],
    ['null', null],
    ['undefined', undefined],
    ['a number', 5],
  ])('that is %s is left out and reported', (_case, hostile) => {
    const reasons: unknown[] = [];
    const bytes = encodeTraces([spanOf(), hostile as EncodableSpan, spanOf()], {
      onDropped: (reason) => {
        reasons.push(reason);
        throw new Error('and the callback throws too');
      },
    });
    expect(spansIn(bytes)).toHaveLength(2);
    expect(reasons).toHaveLength(1);
    expect(encodeSpan(hostile as EncodableSpan)).toBeUndefined();
  });

  it('may encode other spans from a getter', () => {
    const sneaky = {
      get inner() {
        return encodeTraces([spanOf(), spanOf()]).length;
      },
    };
    const span = between(spanOf({ attributes: { before: 1, sneaky, after: 2 } }));
    expect(Object.keys(plainAttributes(span?.attributes ?? []))).toEqual(['before', 'sneaky', 'after']);
  });
});

/** What decoders read of an attribute value; what is written around it is asserted to be whole. */
function writtenValue(value: unknown): unknown {
  const span = between(spanOf({ attributes: { before: 'b', value, after: 'a' } }));
  const { before, value: result, after } = plainAttributes(span?.attributes ?? []);
  expect([before, after]).toEqual(['b', 'a']);
  return result;
}

describe('a hostile attribute value', () => {
  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, 'polluted');
  });

  it.each([
    ['null', null, null],
    ['undefined', undefined, null],
    ['a function', () => 1, null],
    ['a symbol', Symbol('s'), null],
    ['a small bigint', 12n, 12],
    ['the smallest int64', -(2n ** 63n), -(2n ** 63n)],
    ['a bigint beyond 64 bits', 2n ** 64n, '18446744073709551616'],
    ['NaN', Number.NaN, Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['2^63, which no int64 can be', 2 ** 63, 2 ** 63],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['a long text with a lone surrogate', `${'x'.repeat(50)}\udc00`, `${'x'.repeat(50)}\ufffd`],
    ['holes', [1, , 3], [1, null, 3]], // eslint-disable-line no-sparse-arrays
    ['an object without prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
    ['a date', new Date(0), {}],
    ['an empty list', [], []],
    ['bytes', new Uint8Array([1, 2, 255]), new Uint8Array([1, 2, 255])],
  ])('%s', (_case, value, expected) => {
    expect(writtenValue(value)).toEqual(expected);
  });

  it('that contains itself ends at the second time round', () => {
    expect(writtenValue(cyclic())).toEqual({ name: 'loop', self: '[Circular]' });
  });

  it('may share an object between two places', () => {
    const shared = { x: 1 };
    expect(writtenValue([shared, shared])).toEqual([{ x: 1 }, { x: 1 }]);
  });

  it('that is nested too deep is cut where decoders in other languages would give up', () => {
    expect(JSON.stringify(writtenValue(nested(10_000)))).toContain('[Too deep]');
    expect(JSON.stringify(writtenValue(nested(30)))).toContain('core');
  });

  it('that explodes when shared objects are written out is bounded', () => {
    let bomb: unknown = ['lol'];
    for (let level = 0; level < 25; level++) bomb = [bomb, bomb];
    const bytes = encodeTraces([spanOf({ attributes: { bomb } })]);
    expect(bytes.length).toBeLessThan(200_000);
  });

  it('that is a giant text is cut between characters', () => {
    const span = spanOf({ attributes: { text: `${'x'.repeat(9)}😀` } });
    const [written] = spansIn(encodeTraces([span], { maxTextLength: 10 }));
    expect(plainAttributes(written?.attributes ?? [])).toEqual({ text: 'x'.repeat(9) });
  });

  it('does not gain what somebody put on the prototype of all objects', () => {
    Reflect.set(Object.prototype, 'polluted', 1);
    const bytes = encodeTraces([spanOf({ attributes: { own: { deep: 1 } } })]);
    Reflect.deleteProperty(Object.prototype, 'polluted');
    expect(plainAttributes(spansIn(bytes)[0]?.attributes ?? [])).toEqual({ own: { deep: 1 } });
  });
});

describe('a hostile resource or scope', () => {
  it.each([
    [
      'throws',
      {
        get attributes() {
          return throwing();
        },
        get name() {
          return throwing();
        },
      },
    ],
    ['is missing', undefined],
    ['is a text', 'orders'],
  ])('that %s costs no span', (_case, hostile) => {
    const spans = spansIn(
      encodeTraces([spanOf(), spanOf({ resource: hostile, instrumentationScope: hostile })]),
    );
    expect(spans.map(({ name }) => name)).toEqual(['good', 'good']);
  });

  it('that throws only the second time costs no span', () => {
    let reads = 0;
    const flaky = {
      get late() {
        return reads++ === 0 ? 1 : throwing();
      },
    };
    expect(spansIn(encodeTraces([spanOf({ resource: { attributes: { flaky } } })]))).toHaveLength(1);
  });
});

describe('a hostile log record', () => {
  const record = {
    hrTime: [1_790_000_000, 0],
    hrTimeObserved: [1_790_000_000, 0],
    attributes: {},
    droppedAttributesCount: 0,
    resource,
    instrumentationScope: scope,
  } as const;

  it('loses what throws, and its neighbours are whole', () => {
    const hostile = { ...record, body: HOSTILE_GETTER, attributes: { good: 1, bad: HOSTILE_GETTER } };
    const records = [{ ...record, body: 'first' }, hostile, null, { ...record, body: cyclic() }];
    const [group] = decodeLogs(encodeLogs(records as unknown as EncodableLogRecord[])).resourceLogs;
    const written = group?.scopeLogs[0]?.logRecords ?? [];
    expect(written.map(({ body }) => plainValue(body))).toEqual([
      'first',
      null,
      { name: 'loop', self: '[Circular]' },
    ]);
    expect(written[1]).toMatchObject({ droppedAttributesCount: 1, attributes: [{ key: 'good' }] });
  });
});

describe('a hostile metric', () => {
  const descriptor = { name: 'good', description: '', unit: '', valueType: 1 };
  const point = { startTime: [1, 0], endTime: [2, 0], attributes: {}, value: 1.5 } as const;

  it('is left out with the data points that throw; the others are whole', () => {
    const reasons: unknown[] = [];
    const metrics = [
      { descriptor, dataPointType: 2, aggregationTemporality: 1, dataPoints: [point, null, point] },
      { descriptor, dataPointType: 99, aggregationTemporality: 1, dataPoints: [point] },
      {
        descriptor: undefined,
        dataPointType: 0,
        aggregationTemporality: 1,
        dataPoints: [{ ...point, value: null }],
      },
      { descriptor, dataPointType: 2, aggregationTemporality: 1, dataPoints: undefined },
      {
        descriptor,
        dataPointType: 3,
        aggregationTemporality: 7,
        dataPoints: [{ ...point, attributes: HOSTILE_GETTER }],
      },
    ];
    const bytes = encodeMetrics(
      { resource, scopeMetrics: [{ scope, metrics }] } as unknown as EncodableMetrics,
      {
        onDropped: (reason) => reasons.push(reason),
      },
    );
    const written = decodeMetrics(bytes).resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
    expect(written[0]?.gauge?.dataPoints).toHaveLength(2);
    expect(written.at(-1)?.sum).toMatchObject({ aggregationTemporality: 0, dataPoints: [{ asDouble: 1.5 }] });
    expect(reasons.length).toBeGreaterThanOrEqual(3);
  });

  it('collection becomes an empty request', () => {
    const hostile = Object.defineProperty({ scopeMetrics: [null] }, 'resource', { get: throwing });
    for (const metrics of [undefined, null, 1, hostile]) {
      const [group] = decodeMetrics(encodeMetrics(metrics as unknown as EncodableMetrics)).resourceMetrics;
      expect(group?.scopeMetrics).toEqual([]);
    }
  });
});
