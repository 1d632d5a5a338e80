import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type Metadata,
  type ServiceClientConstructor,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Settings } from '../src/settings.js';

export type Transport = Settings['userTransport'];

/** A user service that behaves as each id says: 404 is unknown, 500 fails, 504 never answers, all others exist. */
export interface UserServiceDouble extends AsyncDisposable {
  /** What makes the order service use it. */
  readonly settings: Partial<Settings>;
  /** Headers of the requests so far. */
  readonly requests: Record<string, unknown>[];
}

export function startUserService(transport: Transport): Promise<UserServiceDouble> {
  return transport === 'grpc' ? overGrpc() : overHttp();
}

async function overHttp(): Promise<UserServiceDouble> {
  const requests: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    const id = Number(request.url?.split('/').at(-1));
    if (id === 504) return;
    response.writeHead(id === 404 || id === 500 ? id : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id, name: `User ${id}` }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    settings: { userTransport: 'http', userUrl: `http://127.0.0.1:${port}` },
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface GetUserCall {
  readonly request: { readonly id: number };
  readonly metadata: Metadata;
}

const FAILURES: Readonly<Record<number, status>> = { 404: status.NOT_FOUND, 500: status.INTERNAL };

async function overGrpc(): Promise<UserServiceDouble> {
  const requests: Record<string, unknown>[] = [];
  const proto = join(import.meta.dirname, '../../protos/users/v1/users.proto');
  const { users } = loadPackageDefinition(loadSync(proto)) as unknown as {
    users: { v1: { Users: ServiceClientConstructor } };
  };
  const server = new Server();
  server.addService(users.v1.Users.service, {
    GetUser(
      { request: { id }, metadata }: GetUserCall,
      answer: (error: object | null, user?: object) => void,
    ) {
      requests.push(metadata.getMap());
      if (id === 504) return;
      const code = FAILURES[id];
      if (code === undefined) answer(null, { id, name: `User ${id}` });
      else answer({ code, details: `User ${id}` });
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    settings: { userTransport: 'grpc', userGrpcUrl: `127.0.0.1:${port}` },
    requests,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
    },
  };
}
