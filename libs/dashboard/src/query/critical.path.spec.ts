import { describe, expect, it } from 'vitest';
import type { SpanKindName, SpanView } from '../api/api.types.js';
import { criticalPath } from './critical.path.js';

function span(
  spanId: string,
  parentSpanId: string | null,
  from: number,
  to: number,
  kind: SpanKindName = 'internal',
): SpanView {
  return {
    spanId,
    parentSpanId,
    kind,
    startUs: from,
    durationUs: to - from,
    traceState: '',
    flags: 1,
    name: spanId,
    service: 's',
    resource: 0,
    scope: '',
    status: 'unset',
    statusMessage: '',
    attributes: {},
    events: [],
    links: [],
    backLinks: [],
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
  };
}

function path(...spans: SpanView[]): string {
  const found = criticalPath(spans);
  if ('reason' in found) return found.reason;
  return found.segments.map(({ spanId, startUs, endUs }) => `${spanId} ${startUs}-${endUs}`).join(', ');
}

describe('The critical path', () => {
  it('is the span itself where it has no children', () => {
    expect(path(span('a', null, 0, 10))).toBe('a 0-10');
  });

  it('goes through children one after the other, and through their parent between them', () => {
    expect(
      path(span('a', null, 0, 100), span('b', 'a', 10, 30), span('c', 'a', 40, 90), span('d', 'c', 50, 60)),
    ).toBe('a 0-10, b 10-30, a 30-40, c 40-50, d 50-60, c 60-90, a 90-100');
  });

  it('takes of children at the same time the one that ended last', () => {
    expect(path(span('a', null, 0, 100), span('b', 'a', 10, 80), span('c', 'a', 10, 90))).toBe(
      'a 0-10, c 10-90, a 90-100',
    );
  });

  it('takes of children that overlap the earlier one until the later began', () => {
    expect(path(span('a', null, 0, 100), span('b', 'a', 0, 50), span('c', 'a', 30, 100))).toBe(
      'b 0-30, c 30-100',
    );
  });

  it('cuts what goes on after its parent ended, and leaves out what began after', () => {
    expect(path(span('a', null, 0, 100), span('b', 'a', 60, 500))).toBe('a 0-60, b 60-100');
    expect(path(span('a', null, 0, 100), span('b', 'a', 200, 500))).toBe('a 0-100');
  });

  it('lets nobody wait for who takes a message', () => {
    expect(path(span('a', null, 0, 100), span('b', 'a', 10, 90, 'consumer'))).toBe('a 0-100');
  });

  it('begins no child before its parent, whatever its clock says', () => {
    expect(path(span('a', null, 50, 100), span('b', 'a', 20, 70))).toBe('b 50-70, a 70-100');
  });

  it('leaves out orphans where there is a root', () => {
    expect(path(span('a', null, 0, 10), span('lost', 'gone', 0, 5))).toBe('a 0-10');
  });

  it('begins at the one orphan where the root is not there', () => {
    expect(path(span('lost', 'gone', 0, 10), span('b', 'lost', 2, 4))).toBe('lost 0-2, b 2-4, lost 4-10');
  });

  it('says why there is none', () => {
    expect(path()).toBe('The trace has no spans.');
    expect(path(span('a', 'b', 0, 1), span('b', 'a', 0, 1))).toBe('The spans are parents of each other.');
    expect(path(span('a', null, 0, 1), span('b', null, 0, 1))).toMatch(/^2 spans have no parent here/);
    expect(path(span('a', 'x', 0, 1), span('b', 'y', 0, 1))).toMatch(/^2 spans have no parent here/);
  });

  it('ends where spans below the root are parents of each other', () => {
    expect(path(span('a', null, 0, 10), span('b', 'c', 0, 9), span('c', 'b', 0, 9))).toBe('a 0-10');
    expect(path(span('a', null, 0, 10), span('a', 'a', 2, 4))).toBe('a 0-2, a 4-10');
  });

  it('covers the root without gap or overlap, in a trace of 50 000 spans inside each other', () => {
    const depth = 50_000;
    const spans = Array.from({ length: depth }, (_, index) =>
      span(`s${index}`, index === 0 ? null : `s${index - 1}`, index, 2 * depth - index),
    );
    const found = criticalPath(spans);
    if ('reason' in found) throw new Error(found.reason);
    let at = 0;
    for (const { startUs, endUs } of found.segments) {
      expect(startUs).toBe(at);
      at = endUs;
    }
    expect(at).toBe(2 * depth);
  });
});
