import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { sharedKeyServer } from './shared-key.tls.js';

/** What arrived at the server. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on loopback that does what its paths say. */
export interface TestServer {
  readonly origin: string;
  readonly port: number;
  readonly seen: SeenRequest[];
  /** Connections that were opened. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function startServer(scheme: 'http' | 'https'): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void read(request).then((body) => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, path: url, headers, body });
      answer(url, response);
    });
  };
  const server = scheme === 'http' ? createServer(listener) : createSecureServer(sharedKeyServer, listener);
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  try {
    for await (const chunk of request) body += String(chunk);
  } catch {
    // The client gave up while it was sending.
  }
  return body;
}

function answer(url: string, response: ServerResponse): void {
  const [path] = url.split('?');
  const status = /^\/status\/(\d+)$/.exec(path ?? '')?.[1];
  if (status !== undefined) response.writeHead(Number(status)).end('status');
  else if (path === '/redirect') response.writeHead(302, { location: '/redirected' }).end();
  else if (path === '/hang') response.on('error', () => undefined);
  else if (path === '/half') response.writeHead(200, { 'content-length': '100' }).write('half');
  else if (path === '/cut') {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.destroy(), 20);
  } else if (path === '/large') response.end(Buffer.alloc(4_000_000, 'x'));
  else response.end('ok');
}
