import { describe, expect, it } from 'vitest';
import { type SpanGiven, Surgery } from './doctor.spec-helper.js';

function requests(number: number, attributes: SpanGiven['attributes'] = {}): SpanGiven[] {
  return Array.from({ length: number }, (_, index) => ({
    trace: index + 1,
    id: index + 1,
    kind: 'server',
    attributes: { 'http.request.method': 'GET', 'url.path': `/files/${index}`, ...attributes },
  }));
}

describe('D07, requests without a route and names without end', () => {
  it('tells of requests without a route from three on', () => {
    expect(new Surgery().spans(...requests(2)).findings('D07')).toEqual([]);
    expect(new Surgery().spans(...requests(3)).findings('D07')).toMatchObject([
      {
        occurrences: 3,
        evidence: expect.stringMatching(/^3 requests to orders came without a route: GET \/files\/\d/),
      },
    ]);
  });

  it('has nothing to say of requests with a route, and of those that nothing matches', () => {
    expect(new Surgery().spans(...requests(9, { 'http.route': '/files/:id' })).findings('D07')).toEqual([]);
    expect(new Surgery().spans(...requests(9, { 'http.response.status_code': 404 })).findings('D07')).toEqual(
      [],
    );
  });

  it('tells of ten names that differ in an id', () => {
    const named = (number: number): SpanGiven[] =>
      Array.from({ length: number }, (_, index) => ({ id: index + 1, name: `load user ${index + 1}` }));
    expect(new Surgery().spans(...named(9)).findings('D07')).toEqual([]);
    expect(new Surgery().spans(...named(10)).findings('D07')).toMatchObject([
      {
        key: 'D07 names orders load user *',
        evidence: expect.stringContaining('10 span names of orders differ in a value only: load user 1'),
      },
    ]);
  });

  it('has nothing to say of one name with a number in it that comes often', () => {
    const same = Array.from({ length: 20 }, (_, index) => ({ id: index + 1, name: 'sha256' }));
    expect(new Surgery().spans(...same).findings('D07')).toEqual([]);
  });
});
