import { describe, expect, it } from 'vitest';
import { isCallersFault, rpcErrorType, rpcSpan } from './rpc.conventions.js';

/** As Nest's RpcException, whose package is optional. */
class RpcException extends Error {
  constructor(private readonly error: unknown) {
    super('refused');
  }
  getError(): unknown {
    return this.error;
  }
}

describe('A span of a call', () => {
  it('is named by its method and has what is known of the server', () => {
    const call = { system: 'grpc', method: 'shop.Users/Get', address: 'users', port: 50051 };
    expect(rpcSpan(call)).toEqual({
      name: 'shop.Users/Get',
      low: {
        'rpc.system.name': 'grpc',
        'rpc.method': 'shop.Users/Get',
        'server.address': 'users',
        'server.port': 50051,
      },
    });
    expect(rpcSpan({ system: 'nestjs', method: 'sum' }).low).toEqual({
      'rpc.system.name': 'nestjs',
      'rpc.method': 'sum',
    });
  });
});

describe('error.type of a call', () => {
  it.each([
    ['the code of an RpcException', new RpcException({ code: 'OUT_OF_STOCK' }), 'OUT_OF_STOCK'],
    ['its status', new RpcException({ status: 404 }), '404'],
    ['its statusCode', new RpcException({ statusCode: 409 }), '409'],
    ['the class of one that holds a text', new RpcException('user 17 is unknown'), 'RpcException'],
    ['the code of what arrived', { code: 'GONE', message: 'x' }, 'GONE'],
    ['the status of what arrived', { status: 503 }, '503'],
    [
      '_OTHER for an object that says nothing',
      { status: 'error', message: 'Internal server error' },
      '_OTHER',
    ],
    ['_OTHER for a text', 'There is no matching message handler', '_OTHER'],
    ['the class of an error', new RangeError('x'), 'RangeError'],
    ['the code of a system error', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['undefined by name', undefined, 'undefined'],
  ])('is %s', (_what, error, expected) => {
    expect(rpcErrorType(error)).toBe(expected);
  });

  it('stays short whatever a peer sends as a code', () => {
    expect(rpcErrorType({ code: 'x'.repeat(10_000) })).toHaveLength(64);
  });
});

describe('The caller is at fault', () => {
  it.each([
    ['for an RpcException with a status of a bad request', new RpcException({ status: 422 }), true],
    ['not for one with a status of the server', new RpcException({ status: 500 }), false],
    ['not for one without a status', new RpcException('no'), false],
    ['not for any other error', Object.assign(new Error('x'), { status: 404 }), false],
  ])('%s', (_what, error, expected) => {
    expect(isCallersFault(error)).toBe(expected);
  });
});
