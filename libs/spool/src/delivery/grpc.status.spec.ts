import { describe, expect, it } from 'vitest';
import { readGrpcFailure } from './grpc.status.js';

/** A google.rpc.Status whose RetryInfo asks for 5.5 seconds. */
const RETRY_IN_5_5_S = Buffer.concat([
  Buffer.from([0x1a, 0x36, 0x0a, 0x28]),
  Buffer.from('type.googleapis.com/google.rpc.RetryInfo'),
  Buffer.from([0x12, 0x0a, 0x0a, 0x08, 0x08, 0x05, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01]),
]).toString('base64');

describe('A gRPC status', () => {
  it.each([1, 4, 10, 11, 14, 15])('%i is for later', (code) => {
    expect(readGrpcFailure(code, '', undefined).kind).toBe('later');
  });

  it.each([2, 3, 5, 6, 7, 8, 9, 12, 13, 16])('%i is for good', (code) => {
    expect(readGrpcFailure(code, '', undefined)).toMatchObject({
      kind: 'never',
      isDivisible: code === 3 || code === 8,
    });
  });

  it('that says when to come back is for then, RESOURCE_EXHAUSTED too', () => {
    const later = { kind: 'later', afterMillis: 5500 };
    expect(readGrpcFailure(14, 'busy', RETRY_IN_5_5_S)).toMatchObject(later);
    expect(readGrpcFailure(8, 'busy', RETRY_IN_5_5_S)).toMatchObject(later);
  });

  it.each(['', 'AAAA', 'GgUKAw', '////////////////', 'Gv////8P'])(
    'has no details that make sense: %s',
    (details) => {
      expect(readGrpcFailure(8, '', details)).toMatchObject({ kind: 'never' });
    },
  );
});
