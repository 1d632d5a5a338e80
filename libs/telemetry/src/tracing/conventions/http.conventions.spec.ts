import { describe, expect, it } from 'vitest';
import {
  httpClientResponse,
  httpClientSpan,
  httpServerHigh,
  httpServerLow,
  httpServerResponse,
  httpServerSpanName,
  knownHttpMethods,
  redactQuery,
  splitTarget,
  type HttpServerRequest,
} from './http.conventions.js';

const request = (overrides: Partial<HttpServerRequest> = {}): HttpServerRequest => ({
  method: 'GET',
  target: '/users/42?token=hunter2',
  scheme: 'https',
  protocolVersion: '1.1',
  host: 'shop.example:8443',
  userAgent: 'curl/8',
  clientAddress: '203.0.113.7',
  peerAddress: '10.0.0.1',
  peerPort: 51000,
  ...overrides,
});

const known = knownHttpMethods(undefined);
const httpServerSpan = (of: HttpServerRequest) => ({
  name: httpServerSpanName(of.method, undefined, known),
  low: httpServerLow(of.method, of.scheme, of.protocolVersion, known),
  high: httpServerHigh(of, known),
});

describe('HTTP server conventions', () => {
  it('keep everything a client can choose freely out of the low attributes', () => {
    const { name, low, high } = httpServerSpan(request());
    expect(name).toBe('GET');
    expect(low).toEqual({
      'http.request.method': 'GET',
      'url.scheme': 'https',
      'network.protocol.version': '1.1',
    });
    expect(high).toEqual({
      'url.path': '/users/42',
      'url.query': 'token=REDACTED',
      'server.address': 'shop.example',
      'server.port': 8443,
      'client.address': '203.0.113.7',
      'network.peer.address': '10.0.0.1',
      'network.peer.port': 51000,
      'user_agent.original': 'curl/8',
    });
  });

  it('leave out what is not known', () => {
    const { high } = httpServerSpan(
      request({
        target: '/',
        host: undefined,
        userAgent: undefined,
        clientAddress: undefined,
        peerAddress: undefined,
        peerPort: undefined,
      }),
    );
    expect(high).toEqual({ 'url.path': '/' });
  });

  it('replace unknown methods and keep the original on the span', () => {
    const { name, low, high } = httpServerSpan(request({ method: 'PURGE' }));
    expect(name).toBe('HTTP');
    expect(low['http.request.method']).toBe('_OTHER');
    expect(high['http.request.method_original']).toBe('PURGE');
  });

  it('take the known methods from a list that replaces the default one', () => {
    const own = knownHttpMethods(' PURGE , GET');
    expect(httpServerSpanName('PURGE', '/cache', own)).toBe('PURGE /cache');
    expect(httpServerSpanName('POST', '/cache', own)).toBe('HTTP /cache');
    expect(httpServerSpanName('POST', '/cache', knownHttpMethods(' , '))).toBe('POST /cache');
  });

  it('read IPv6 hosts', () => {
    expect(httpServerSpan(request({ host: '[::1]:3000' })).high).toMatchObject({
      'server.address': '::1',
      'server.port': 3000,
    });
    expect(httpServerSpan(request({ host: '[::1]' })).high).toMatchObject({ 'server.address': '::1' });
  });

  it('set error.type for 5xx and given errors, not for 4xx', () => {
    const none = { route: undefined, errorType: undefined };
    expect(httpServerResponse({ ...none, statusCode: 404 })).toEqual({ 'http.response.status_code': 404 });
    expect(httpServerResponse({ ...none, statusCode: 503 })).toEqual({
      'http.response.status_code': 503,
      'error.type': '503',
    });
    expect(httpServerResponse({ statusCode: undefined, route: '/a', errorType: 'Timeout' })).toEqual({
      'http.route': '/a',
      'error.type': 'Timeout',
    });
  });
});

describe('HTTP client conventions', () => {
  it('keep credentials, query values and the fragment out of the URL', () => {
    const { name, low, high } = httpClientSpan({
      method: 'POST',
      url: 'https://user:hunter2@api.example/orders?key=hunter2#hunter2',
    });
    expect(name).toBe('POST');
    expect(low).toEqual({
      'http.request.method': 'POST',
      'url.scheme': 'https',
      'server.address': 'api.example',
      'server.port': 443,
    });
    expect(high).toEqual({ 'url.full': 'https://api.example/orders?key=REDACTED' });
  });

  it('accept URL objects, explicit ports and URLs nobody can parse', () => {
    expect(httpClientSpan({ method: 'GET', url: new URL('http://[::1]:3001/') }).low).toMatchObject({
      'server.address': '::1',
      'server.port': 3001,
    });
    expect(httpClientSpan({ method: 'GET', url: '/relative' }).low).toEqual({ 'http.request.method': 'GET' });
  });

  it('count 4xx as errors', () => {
    expect(httpClientResponse(200, '2')).toEqual({
      'http.response.status_code': 200,
      'network.protocol.version': '2',
    });
    expect(httpClientResponse(404)['error.type']).toBe('404');
  });
});

describe('redactQuery', () => {
  it.each([
    ['a=1&b=2', 'a=REDACTED&b=REDACTED'],
    ['token', 'REDACTED'],
    ['a=b=c', 'a=REDACTED'],
    ['a=&&=x', 'a=REDACTED&&=REDACTED'],
    ['', ''],
  ])('%s becomes %s', (query, redacted) => {
    expect(redactQuery(query)).toBe(redacted);
  });
});

describe('splitTarget', () => {
  it.each([
    ['/a/b?c=d#e', '/a/b', 'c=d'],
    ['/a?b?c', '/a', 'b?c'],
    ['http://user:pw@shop/a?b=c', '/a', 'b=c'],
    ['*', '*', ''],
    ['//evil/a', '//evil/a', ''],
  ])('%s', (target, path, query) => {
    expect(splitTarget(target)).toEqual({ path, query });
  });
});
