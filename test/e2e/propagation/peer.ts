import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of somebody else, which remembers what it was told. */
export interface Peer {
  readonly port: number;
  /** Headers of the last request. */
  readonly heard: IncomingHttpHeaders;
  stop(): Promise<void>;
}

export async function startPeer(): Promise<Peer> {
  let heard: IncomingHttpHeaders = {};
  const server = createServer((received, response) => {
    heard = received.headers;
    response.setHeader('connection', 'close').end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get heard() {
      return heard;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function thisMachine(_name: string, options: unknown, callback: (...answer: unknown[]) => void): void {
  const all = (options as { all?: boolean } | undefined)?.all === true;
  if (all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
}

/** Lets every name be this machine, as if the network had such hosts; returns how to end that. */
export function resolveEverythingLocally(): () => void {
  const { lookup } = dns;
  dns.lookup = thisMachine as unknown as typeof dns.lookup;
  return () => {
    dns.lookup = lookup;
  };
}

/** The clients that send context along; each answers with the status. */
export const clients: readonly (readonly [name: string, get: (url: string) => Promise<number>])[] = [
  [
    'fetch',
    async (url) => {
      const response = await fetch(url);
      await response.text();
      return response.status;
    },
  ],
  [
    'node:http',
    async (url) => {
      const sent = request(url).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      return response.statusCode ?? 0;
    },
  ],
];
