import { validateHeaderName, validateHeaderValue } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { HttpClientDoor } from './http-client.door.js';
import { outgoingHeaders } from './outgoing.headers.js';

type Request = Map<string, string>;

const door: HttpClientDoor<Request> = {
  client: 'spec',
  method: () => 'GET',
  url: () => 'http://127.0.0.1/',
  target: () => '127.0.0.1',
  header: (request, name) => request.get(name),
  // As strict as Node's client.
  setHeader(request, name, value) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    request.set(name, value);
  },
  answerHeader: () => undefined,
};

const written = (
  name: string,
  value: string,
  before: Record<string, string> = {},
): Record<string, string> => {
  const request: Request = new Map(Object.entries(before));
  outgoingHeaders(door).set(request, name, value);
  return Object.fromEntries(request);
};

describe('What a propagator writes to a request', () => {
  it('is made fit for a header where it is not', () => {
    expect(written('baggage', 'tenant=acme;from=\u{1f4a5}\n')).toEqual({
      baggage: 'tenant=acme;from=%F0%9F%92%A5%0A',
    });
  });

  it('is left out under a name that no header may have', () => {
    expect(written('trace parent', '1')).toEqual({});
  });

  it('replaces trace context, and leaves baggage that the application wrote itself', () => {
    expect(written('traceparent', 'new', { traceparent: 'old' })).toEqual({ traceparent: 'new' });
    expect(written('baggage', 'new=1', { baggage: 'own=1' })).toEqual({ baggage: 'own=1' });
  });
});
