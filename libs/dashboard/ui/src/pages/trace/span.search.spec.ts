import { describe, expect, it } from 'vitest';
import { searchSpans } from './span.search.ts';
import { span } from './span.spec-helper.ts';

const spans = [
  span('a', null, { name: 'GET /users/:id', kind: 'server', attributes: { 'enduser.id': 'u-1', size: 12 } }),
  span('b', 'a', { name: 'SELECT users', kind: 'client', status: 'error', durationUs: 9000 }),
  span('c', 'a', { service: 'mail', events: [{ name: 'cache-miss', timeUs: 1, attributes: {} }] }),
];
const found = (query: string): string[] => [...searchSpans(spans, query)];

describe('A search in a trace', () => {
  it.each([
    ['users', ['a', 'b']],
    ['enduser.id', ['a']],
    ['u-1', ['a']],
    ['cache-miss', ['c']],
    ['service=mail', ['c']],
    ['status=error', ['b']],
    ['duration>5ms', ['b']],
    ['size>=12 kind=server', ['a']],
    ['-kind=server users', ['b']],
    ['nothing', []],
    ['', []],
  ])('%j finds %j', (query, expected) => {
    expect(found(query)).toEqual(expected);
  });
});
