import { describe, expect, it } from 'vitest';
import { type SpanGiven, Surgery } from './doctor.spec-helper.js';

const HANDLER: SpanGiven = { id: 1, kind: 'server', name: 'GET /cart', takes: 500 };

function calls(given: (index: number) => Partial<SpanGiven> = () => ({})): SpanGiven[] {
  return ['users', 'stock', 'prices'].map((name, index) => ({
    id: index + 10,
    parent: 1,
    kind: 'client',
    name: `GET ${name}`,
    at: 10 + index * 20.5,
    takes: 20,
    attributes: { 'http.request.method': 'GET', 'url.full': `http://${name}/1` },
    ...given(index),
  }));
}

describe('D09, calls that may not have to wait for each other', () => {
  it('names the calls and what could be saved', () => {
    expect(new Surgery().spans(HANDLER, ...calls()).findings('D09')).toMatchObject([
      {
        severity: 'info',
        evidence:
          'orders made 3 calls one after the other (GET users, GET stock, GET prices); up to 40 ms could be saved.',
      },
    ]);
  });

  it.each<[string, SpanGiven[]]>([
    ['they run at the same time', calls(() => ({ at: 10 }))],
    ['something is computed between them', calls((index) => ({ at: index * 40 }))],
    [
      'one of them writes',
      calls((index) => (index === 1 ? { attributes: { 'http.request.method': 'POST' } } : {})),
    ],
    ['little could be saved', calls((index) => ({ at: index * 5, takes: 5 }))],
    [
      'it is one call again and again',
      calls(() => ({ attributes: { 'http.request.method': 'GET', 'url.full': 'http://users/1' } })),
    ],
  ])('has nothing to say when %s', (_, spans) => {
    expect(new Surgery().spans(HANDLER, ...spans).findings('D09')).toEqual([]);
  });
});
