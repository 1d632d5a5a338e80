import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A user service that behaves as each id says: 404 is unknown, 500 fails, 504 never answers, all others exist. */
export interface UserServiceDouble extends AsyncDisposable {
  readonly url: string;
  /** Headers of the requests so far. */
  readonly requests: IncomingHttpHeaders[];
}

export async function startUserService(): Promise<UserServiceDouble> {
  const requests: IncomingHttpHeaders[] = [];
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
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
