import { ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { sharedAttributes } from '../../shared.attributes.js';
import { RecordedSpan } from './recorded.span.js';
import { leanTracer } from './testing-harness.spec-helper.js';

const REQUEST = sharedAttributes({ 'http.request.method': 'GET', 'url.scheme': 'http' });
const ANSWER = sharedAttributes({ 'http.response.status_code': 200 });

function partsOf(span: unknown): RecordedSpan['attributeParts'] {
  if (!(span instanceof RecordedSpan)) throw new Error('Not a span of ours');
  return span.attributeParts;
}

describe('attributes that spans share', () => {
  it('are attributes of the span like all others', () => {
    const { tracer, single } = leanTracer();
    const span = tracer.startSpan('GET', { attributes: REQUEST });
    span.setAttribute('url.path', '/').setAttributes(ANSWER).end();
    expect(single().attributes).toEqual({ ...REQUEST, ...ANSWER, 'url.path': '/' });
  });

  it('are not copied', () => {
    const span = leanTracer().tracer.startSpan('GET', { attributes: REQUEST }).setAttributes(ANSWER);
    expect(partsOf(span)).toEqual({ own: {}, shared: [REQUEST, ANSWER] });
    expect(partsOf(span).shared[0]).toBe(REQUEST);
  });

  it.each([
    ['a value set later', (span: RecordedSpan) => span.setAttribute('url.scheme', 'https')],
    ['values set later', (span: RecordedSpan) => span.setAttributes({ 'url.scheme': 'https' })],
    [
      'shared values set later',
      (span: RecordedSpan) => span.setAttributes(sharedAttributes({ 'url.scheme': 'https' })),
    ],
  ])('give way to %s, and stay as they are for others', (_, change) => {
    const { tracer, spans } = leanTracer();
    const [changed, other] = [tracer, tracer].map((each) => each.startSpan('GET', { attributes: REQUEST }));
    change(changed as RecordedSpan).end();
    other?.end();
    const schemes = spans().map(({ attributes }) => attributes['url.scheme']);
    expect(schemes).toEqual(['https', 'http']);
  });

  it('win over what was set before', () => {
    const { tracer, single } = leanTracer();
    const span = tracer.startSpan('GET').setAttribute('http.response.status_code', 0);
    span.setAttributes(ANSWER).end();
    expect(single().attributes).toEqual({ 'http.response.status_code': 200 });
  });

  it('count towards the limits', () => {
    const few = leanTracer({ spanLimits: { attributeCountLimit: 2 } });
    few.tracer.startSpan('GET', { attributes: REQUEST }).setAttributes(ANSWER).end();
    expect(few.single().attributes).toEqual(REQUEST);
    expect(few.single().droppedAttributesCount).toBe(1);

    const short = leanTracer({ spanLimits: { attributeValueLengthLimit: 2 } });
    short.tracer.startSpan('GET', { attributes: REQUEST }).end();
    expect(short.single().attributes).toEqual({ 'http.request.method': 'GE', 'url.scheme': 'ht' });
  });

  it('are seen by processors when the span starts', () => {
    const seen: unknown[] = [];
    const { tracer } = leanTracer({}, [
      {
        onStart: (span) => seen.push({ ...span.attributes }),
        onEnd: () => undefined,
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ]);
    tracer.startSpan('GET', { attributes: REQUEST }, ROOT_CONTEXT).end();
    expect(seen).toEqual([REQUEST]);
  });
});
