import { describe, expect, it } from 'vitest';
import { type SpanGiven, Surgery } from './doctor.spec-helper.js';

const REQUEST = { 'http.request.method': 'GET', 'url.path': '/orders' };
const OUTER: SpanGiven = {
  id: 1,
  kind: 'server',
  scope: '@opentelemetry/instrumentation-http',
  attributes: REQUEST,
};

describe('D06, two instrumentations of the same thing', () => {
  it('names both scopes of a request that has two server spans', () => {
    const surgery = new Surgery().spans(OUTER, { id: 2, parent: 1, kind: 'server', attributes: REQUEST });
    expect(surgery.findings('D06')).toMatchObject([
      {
        evidence:
          '1 span of orders came twice: one is made by @opentelemetry/instrumentation-http, the other by nest-telemetry.',
      },
    ]);
  });

  it('sees calls that have two client spans', () => {
    const attributes = { 'http.request.method': 'GET', 'url.full': 'http://users/7' };
    const surgery = new Surgery().spans(
      { id: 1, kind: 'client', attributes },
      { id: 2, parent: 1, kind: 'client', attributes },
    );
    expect(surgery.findings('D06')).toHaveLength(1);
  });

  it('has nothing to say when another service serves, or another path is asked for', () => {
    const inner: SpanGiven = { id: 2, parent: 1, kind: 'server', attributes: REQUEST };
    expect(new Surgery().spans(OUTER, { ...inner, service: 'users' }).findings('D06')).toEqual([]);
    const other = { ...inner, attributes: { ...REQUEST, 'url.path': '/users' } };
    expect(new Surgery().spans(OUTER, other).findings('D06')).toEqual([]);
  });
});
