import { describe, expect, it } from 'vitest';
import { type SpanGiven, Surgery } from './doctor.spec-helper.js';

const FAILED: SpanGiven = { id: 1, kind: 'server', attributes: { 'http.response.status_code': 503 } };
const THREW: SpanGiven = {
  id: 2,
  parent: 1,
  events: [{ name: 'exception', attributes: { 'exception.type': 'TimeoutError' } }],
};

describe('D10, failures that are not marked as errors', () => {
  it('tells of answers of 500 and more without error status', () => {
    expect(new Surgery().spans(FAILED).findings('D10')).toMatchObject([
      { evidence: '1 answer of orders with 503 had no error status.' },
    ]);
    expect(new Surgery().spans({ ...FAILED, status: 'error' }).findings('D10')).toEqual([]);
  });

  it('tells of exceptions on spans without a status', () => {
    expect(new Surgery().spans({ id: 1 }, THREW).findings('D10')).toMatchObject([
      { evidence: '1 span of orders recorded TimeoutError and had no status.' },
    ]);
    expect(new Surgery().spans({ id: 1 }, { ...THREW, status: 'error' }).findings('D10')).toEqual([]);
    expect(new Surgery().spans({ id: 1 }, { ...THREW, status: 'ok' }).findings('D10')).toEqual([]);
  });

  it('leaves exceptions alone that the answer of the request tells of', () => {
    const notFound = { id: 1, kind: 'server', attributes: { 'http.response.status_code': 404 } } as const;
    expect(new Surgery().spans(notFound, THREW).findings('D10')).toEqual([]);
  });

  it('asks about the calling program only for what fails in it', () => {
    const call = { id: 1, kind: 'client', attributes: { 'http.response.status_code': 503 } } as const;
    expect(new Surgery().spans(call).findings('D10')).toEqual([]);
  });
});
