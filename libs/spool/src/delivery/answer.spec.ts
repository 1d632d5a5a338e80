import { encodeExportResponse } from '@nest-telemetry/otlp';
import { describe, expect, it } from 'vitest';
import { readHttpAnswer, readRetryAfter } from './answer.js';

const nothing = new Uint8Array();

describe('An answer over HTTP', () => {
  it.each([429, 502, 503, 504])('with status %i is for later', (status) => {
    expect(readHttpAnswer('traces', { status, headers: {}, body: nothing })).toMatchObject({ kind: 'later' });
  });

  it.each([301, 400, 401, 403, 404, 408, 413, 500, 501, 505])('with status %i is for good', (status) => {
    const answer = readHttpAnswer('traces', { status, headers: {}, body: nothing });
    expect(answer).toMatchObject({ kind: 'never', isDivisible: status === 400 || status === 413 });
  });

  it('tells how many records were rejected', () => {
    const body = encodeExportResponse('logs', { rejected: 3n, errorMessage: 'too\nold' });
    expect(readHttpAnswer('logs', { status: 200, headers: {}, body })).toEqual({
      kind: 'taken',
      rejected: 3,
      detail: 'too old',
    });
  });

  it('that was taken is taken, whatever is in its body', () => {
    const body = Buffer.from('<html>ok</html>');
    expect(readHttpAnswer('traces', { status: 200, headers: {}, body })).toMatchObject({
      kind: 'taken',
      rejected: 0,
    });
  });

  it('is told of in one line', () => {
    const body = Buffer.from(`no\r\n[Nest] forged\u001b[31m${'x'.repeat(500)}`);
    const headers = { 'content-type': 'application/json' };
    const { reason } = readHttpAnswer('traces', { status: 400, headers, body }) as { reason: string };
    expect(reason).toMatch(/^HTTP 400 no \[Nest\] forged \[31mx+$/);
    expect(reason.length).toBeLessThanOrEqual(200);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each<[string | undefined, number | undefined]>([
    ['7', 7000],
    ['0', 0],
    ['-5', 0],
    ['Thu, 01 Jan 2026 00:00:03 GMT', 3000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['1e9', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s asks for %s ms', (value, millis) => {
    expect(readRetryAfter(value, now)).toBe(millis);
  });
});
