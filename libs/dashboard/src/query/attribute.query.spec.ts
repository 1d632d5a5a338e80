import { describe, expect, it } from 'vitest';
import { FilledStore, type GivenSpan, traceId } from '../telemetry.spec-helper.js';
import { listTraces } from './trace.list.js';

const SPANS: GivenSpan[] = [
  {
    trace: 1,
    name: 'GET /orders',
    kind: 'server',
    ms: 40,
    attributes: { 'http.response.status_code': 200, 'enduser.id': 'u-1', cached: true },
  },
  {
    trace: 2,
    name: 'GET /orders',
    kind: 'server',
    ms: 400,
    error: true,
    message: 'card was declined',
    attributes: { 'http.response.status_code': 500, 'enduser.id': 'u-2' },
  },
  {
    trace: 3,
    name: 'checkout',
    service: 'shop',
    ms: 4000,
    attributes: { city: 'Köln', note: 'say "hi" \\ now', ratio: 0.5, tags: ['a', 'b'], amount: 12 },
  },
  { trace: 4, name: '日本語', ms: 0.5, attributes: { city: 'AND', code: '200', empty: '' } },
];
const store = new FilledStore().spans(...SPANS);

/** Numbers of the traces that are found. */
function find(q: string): number[] {
  return listTraces(store, { q })
    .traces.map(({ traceId: id }) => SPANS.findIndex(({ trace }) => traceId(trace ?? 0) === id) + 1)
    .toSorted((a, b) => a - b);
}

describe('A query', () => {
  it.each<[string, number[]]>([
    // Words, in names, messages and values of attributes.
    ['checkout', [3]],
    ['CHECKOUT', [3]],
    ['declined', [2]],
    ['"card was"', [2]],
    ['u-1', [1]],
    ['Köln', [3]],
    ['日本語', [4]],
    ['nothing-like-this', []],
    // Equality, with values as texts, numbers and booleans.
    ['enduser.id=u-1', [1]],
    ['enduser.id="u-2"', [2]],
    ['http.response.status_code=200', [1]],
    ['code=200', [4]],
    ['ratio=0.5', [3]],
    ['ratio=0.50', [3]],
    ['cached=true', [1]],
    ['city=Köln', [3]],
    ['city=AND', [4]],
    ['empty=""', [4]],
    ['tags~b', [3]],
    // Ranges and durations.
    ['http.response.status_code>=500', [2]],
    ['http.response.status_code<300', [1]],
    ['http.response.status_code>=200 http.response.status_code<=500', [1, 2]],
    ['amount>11.5 amount<12.5', [3]],
    ['duration>1s', [3]],
    ['duration>=400ms', [2, 3]],
    ['duration<1ms', [4]],
    ['duration=40ms', [1]],
    ['duration<500us', []],
    ['duration<=500µs', [4]],
    ['duration>0.05m', [3]],
    // What is no attribute.
    ['name="GET /orders"', [1, 2]],
    ['name=checkout', [3]],
    ['name~ORDERS', [1, 2]],
    ['service=shop', [3]],
    ['kind=server', [1, 2]],
    ['status=error', [2]],
    // Negation.
    ['-kind=server', [3, 4]],
    ['-checkout -name=日本語 -status=error', [1]],
    ['kind=server enduser.id!=u-1', [2]],
    ['city!=Köln', [1, 2, 4]],
    ['-city!=Köln', [3]],
    // Quotes and what looks like syntax of the index.
    ['note="say \\"hi\\" \\\\ now"', [3]],
    ['note~"say \\"hi"', [3]],
    ['"card was', [2]],
    ['enduser.id="u-2', [2]],
    ['enduser.id="', []],
    ['"', [1, 2, 3, 4]],
    ['tokens:checkout', []],
    ['checkout*', []],
    ['checkout OR declined', []],
    ['NEAR(checkout)', []],
    ["'; DROP TABLE span; --", []],
    ['city AND', []],
    ['=', []],
    ['>=5', []],
    ['__proto__=x', []],
    ['constructor~native', []],
  ])('%s', (q, found) => {
    expect(find(q)).toEqual(found);
  });

  it('finds a value that is too long for the index', () => {
    const own = new FilledStore().spans({ attributes: { text: 'x'.repeat(600) } });
    expect(listTraces(own, { q: `text=${'x'.repeat(600)}` }).traces).toHaveLength(1);
    expect(listTraces(own, { q: `text=${'x'.repeat(599)}` }).traces).toHaveLength(0);
  });
});
