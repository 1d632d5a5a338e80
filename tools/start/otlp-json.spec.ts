import { describe, expect, it } from 'vitest';
import { decodeSpans } from './otlp-json.ts';

const span = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  name: 'POST /orders',
  kind: 2,
  startTimeUnixNano: '1700000000000000001',
  endTimeUnixNano: '1700000000000000002',
};
const service = { attributes: [{ key: 'service.name', value: { stringValue: 'order' } }] };

describe('decodeSpans', () => {
  it('keeps ids, exact times, kind, status and the service', () => {
    const request = {
      resourceSpans: [
        { resource: service, scopeSpans: [{ spans: [{ ...span, status: { code: 2, message: 'no' } }] }] },
      ],
    };
    expect(decodeSpans(request)).toEqual([
      {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        name: 'POST /orders',
        kind: 'server',
        service: 'order',
        startTimeUnixNano: 1700000000000000001n,
        endTimeUnixNano: 1700000000000000002n,
        status: 'error',
        statusMessage: 'no',
        attributes: {},
        events: [],
      },
    ]);
  });

  it('takes an empty parent id as no parent', () => {
    const request = { resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, parentSpanId: '' }] }] }] };
    expect(decodeSpans(request)[0]).not.toHaveProperty('parentSpanId');
  });

  it('reads attributes of every type, on spans and events', () => {
    const attributes = [
      { key: 'text', value: { stringValue: '' } },
      { key: 'flag', value: { boolValue: false } },
      { key: 'whole', value: { intValue: '42' } },
      { key: 'part', value: { doubleValue: 0.5 } },
      { key: 'list', value: { arrayValue: { values: [{ intValue: 1 }, { stringValue: 'a' }] } } },
      { key: 'map', value: { kvlistValue: { values: [{ key: 'in', value: { intValue: 1 } }] } } },
    ];
    const events = [{ name: 'order-completed', timeUnixNano: '5', attributes }];
    const request = { resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, attributes, events }] }] }] };
    const expected = { text: '', flag: false, whole: 42, part: 0.5, list: [1, 'a'], map: { in: 1 } };
    const [decoded] = decodeSpans(request);
    expect(decoded?.attributes).toEqual(expected);
    expect(decoded?.events).toEqual([{ name: 'order-completed', timeUnixNano: 5n, attributes: expected }]);
  });

  it('takes an export without spans', () => {
    expect(decodeSpans({})).toEqual([]);
  });
});
