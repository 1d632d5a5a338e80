import { describe, expect, it } from 'vitest';
import { createAccess, type PageAccess } from './page.access.js';

const OPEN: PageAccess = { auth: undefined, allowedHosts: undefined };
const statusOf = (access: Partial<PageAccess>, authorization?: string, host?: string) =>
  createAccess({ ...OPEN, ...access })({ authorization, host })?.status;

describe('The metrics page', () => {
  it('is for everybody who reaches it', () => {
    expect(statusOf({})).toBeUndefined();
  });

  it.each([
    ['Bearer s3cret', undefined],
    ['bearer  s3cret ', undefined],
    ['Bearer wrong', 401],
    ['Bearer s3cret and more', 401],
    ['Bearer', 401],
    ['Basic s3cret', 401],
    ['s3cret', 401],
    ['', 401],
    [undefined, 401],
  ])('with a bearer token answers %j with %s', (authorization, status) => {
    expect(statusOf({ auth: { bearer: 's3cret' } }, authorization)).toBe(status);
  });

  it.each([
    [`Basic ${Buffer.from('prom:päss:word').toString('base64')}`, undefined],
    [`Basic ${Buffer.from('prom:wrong').toString('base64')}`, 401],
    [`Bearer ${Buffer.from('prom:päss:word').toString('base64')}`, 401],
    ['Basic !', 401],
  ])('with user and password answers %j with %s', (authorization, status) => {
    expect(statusOf({ auth: { username: 'prom', password: 'päss:word' } }, authorization)).toBe(status);
  });

  it('tells how to ask', () => {
    const ask = (auth: PageAccess['auth']) =>
      createAccess({ ...OPEN, auth })({ authorization: undefined, host: undefined })?.headers;
    expect(ask({ bearer: 'x' })).toEqual({ 'www-authenticate': 'Bearer realm="metrics"' });
    expect(ask({ username: 'x', password: 'y' })).toEqual({ 'www-authenticate': 'Basic realm="metrics"' });
  });

  it.each([
    ['metrics.internal', undefined],
    ['Metrics.Internal:9464', undefined],
    ['[::1]:9464', undefined],
    ['localhost:9000', undefined],
    ['localhost:9001', 403],
    ['evil.example', 403],
    [undefined, 403],
  ])('with allowed hosts answers %s with %s', (host, status) => {
    expect(statusOf({ allowedHosts: ['metrics.internal', '[::1]', 'localhost:9000'] }, undefined, host)).toBe(
      status,
    );
  });
});
