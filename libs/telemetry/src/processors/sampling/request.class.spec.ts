import { SpanKind } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { requestClass } from './request.class.js';

it.each([
  ['/users', 'GET /users'],
  ['/users/42', 'GET /users/*'],
  ['/users/3f0e7a2c-aaaa-4444-bbbb-0123456789ab/orders', 'GET /users/*/orders'],
  [`/files/${'x'.repeat(40)}`, 'GET /files/*'],
  ['/a/b/c/d/e/f/g/h', 'GET /a/b/c/d/e'],
])('Requests to %s are counted as %s', (path, expected) => {
  const attributes = { 'http.request.method': 'GET', 'url.path': path };
  expect(requestClass({ name: 'GET', kind: SpanKind.SERVER, attributes })).toBe(expected);
});

it('What is no request is counted by its name', () => {
  expect(requestClass({ name: 'order.created process', kind: SpanKind.CONSUMER, attributes: {} })).toBe(
    'order.created process',
  );
});
