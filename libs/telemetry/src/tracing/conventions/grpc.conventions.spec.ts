import { describe, expect, it } from 'vitest';
import { grpcClientSpan, grpcOutcome, grpcServerSpan, grpcTarget } from './grpc.conventions.js';

describe('gRPC conventions', () => {
  it('name a call by its full method, on both sides', () => {
    const method = { 'rpc.system.name': 'grpc', 'rpc.method': 'shop.v1.Users/GetUser' };
    const server = grpcServerSpan({
      path: '/shop.v1.Users/GetUser',
      authority: 'users.internal:50051',
      peer: '10.0.0.7:40112',
    });
    expect(server).toMatchObject({ name: 'shop.v1.Users/GetUser', low: method });
    expect(server.low).not.toHaveProperty('server.address');
    expect(server.high).toEqual({
      'server.address': 'users.internal',
      'server.port': 50051,
      'client.address': '10.0.0.7',
      'network.peer.address': '10.0.0.7',
      'network.peer.port': 40112,
    });
    const client = grpcClientSpan({ path: '/shop.v1.Users/GetUser', server: { address: 'users', port: 80 } });
    expect(client).toMatchObject({
      name: 'shop.v1.Users/GetUser',
      low: { ...method, 'server.address': 'users', 'server.port': 80 },
    });
  });

  it.each([
    ['dns:users.internal:50051', { address: 'users.internal', port: 50051 }],
    ['dns:///users.internal:50051', { address: 'users.internal', port: 50051 }],
    ['dns://8.8.8.8/users.internal:50051', { address: 'users.internal', port: 50051 }],
    ['users:50051', { address: 'users', port: 50051 }],
    ['users', { address: 'users' }],
    ['127.0.0.1:50051', { address: '127.0.0.1', port: 50051 }],
    ['ipv4:10.0.0.1:80,10.0.0.2:80', { address: '10.0.0.1', port: 80 }],
    ['ipv6:[::1]:80', { address: '::1', port: 80 }],
    ['dns:[::1]:80', { address: '::1', port: 80 }],
    ['unix:/run/users.sock', { address: '/run/users.sock' }],
    ['xds:///users', { address: 'users' }],
    ['', undefined],
  ])('read the server from the target "%s"', (target, server) => {
    expect(grpcTarget(target)).toEqual(server);
  });

  it.each([
    [0, 'OK', false, false],
    [1, 'CANCELLED', false, true],
    [2, 'UNKNOWN', true, true],
    [3, 'INVALID_ARGUMENT', false, true],
    [4, 'DEADLINE_EXCEEDED', true, true],
    [5, 'NOT_FOUND', false, true],
    [8, 'RESOURCE_EXHAUSTED', false, true],
    [12, 'UNIMPLEMENTED', true, true],
    [13, 'INTERNAL', true, true],
    [14, 'UNAVAILABLE', true, true],
    [15, 'DATA_LOSS', true, true],
    [16, 'UNAUTHENTICATED', false, true],
    [4711, '_OTHER', true, true],
  ])('take code %i for %s, an error to the server: %s, to the client: %s', (code, name, server, client) => {
    expect(grpcOutcome('server', code)).toEqual({
      isError: server,
      low: { 'rpc.status_code': name, ...(server && { 'error.type': name }) },
    });
    expect(grpcOutcome('client', code).isError).toBe(client);
  });

  it.each([
    ['::1:40112', '::1', 40112],
    ['[fe80::1]:7', 'fe80::1', 7],
    ['unknown', undefined, undefined],
  ])('read the peer "%s"', (peer, address, port) => {
    const { high } = grpcServerSpan({ path: '/a.B/C', peer });
    expect(high['network.peer.address']).toBe(address);
    expect(high['network.peer.port']).toBe(port);
  });
});
