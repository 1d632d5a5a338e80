import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from './listen.js';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);
const opened: Server[] = [];

afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

function httpServer(): Server {
  return createHttpServer({ keepAlive: false }, (request, response) => {
    response.setHeader('Connection', 'close');
    response.end(request.socket.localAddress);
  });
}

async function open(server: Server, host: string | undefined, port = 0): Promise<number> {
  const listening = await listen(server, { host, port, option: '--port' });
  opened.push(...listening.servers);
  return listening.port;
}

/** Listens as another program would. */
async function occupy(host: string, port = 0): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  opened.push(server);
  await once(server.listen(port, host), 'listening');
  return (server.address() as AddressInfo).port;
}

const answer = (host: string, port: number): Promise<string> =>
  fetch(`http://${host}:${port}/`).then((response) => response.text());

describe('Listening', () => {
  it.runIf(hasIpv6)('is on both loopback addresses, on the same port, when no host is given', async () => {
    const port = await open(httpServer(), undefined);
    expect([await answer('127.0.0.1', port), await answer('[::1]', port)]).toEqual(['127.0.0.1', '::1']);
  });

  it.runIf(hasIpv6)('is on both for HTTP/2, too', async () => {
    const server = createHttp2Server();
    server.on('stream', (stream: ServerHttp2Stream) => {
      stream.respond({ ':status': 200 });
      stream.end('here');
    });
    const port = await open(server, undefined);
    for (const host of ['127.0.0.1', '[::1]']) {
      const session = connectHttp2(`http://${host}:${port}`);
      const request = session.request({ ':path': '/' });
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      await once(request, 'end');
      session.close();
      expect(text).toBe('here');
    }
  });

  it('is on one address only when it is given', async () => {
    const port = await open(httpServer(), '127.0.0.1');
    expect(await answer('127.0.0.1', port)).toBe('127.0.0.1');
    await expect(answer('[::1]', port)).rejects.toThrow('fetch failed');
  });

  it.runIf(hasIpv6).each(['127.0.0.1', '::1'])(
    'names the address when the port is taken on %s, and then is on neither',
    async (host) => {
      const port = await occupy(host);
      await expect(listen(httpServer(), { host: undefined, port, option: '--port' })).rejects.toMatchObject({
        code: 'ND_PORT_TAKEN',
        message: `Port ${port} of ${host} is taken by another program. Choose another one with --port.`,
      });
      await expect(answer(host === '::1' ? '127.0.0.1' : '[::1]', port)).rejects.toThrow('fetch failed');
    },
  );
});
