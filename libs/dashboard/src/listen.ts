import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { DashboardError } from './dashboard.errors.js';

/** Both are this machine, and which of them `localhost` is depends on the resolver of who asks. */
const LOOPBACK = ['127.0.0.1', '::1'] as const;
/** Errors of a machine without an address: there is nobody who could ask for it. */
const ABSENT = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);
/** How often another free port is asked for when the one that was found is taken on the other address. */
const MOST_TRIES = 20;

/** Where to listen, and which option chooses another port. */
export interface ListenOptions {
  /** Undefined for both loopback addresses, of which the one of IPv6 need not be there. */
  readonly host: string | undefined;
  /** 0 takes one that is free. */
  readonly port: number;
  readonly option: string;
}

/** What listens. */
export interface Listening {
  readonly port: number;
  /** All of it, to be closed; the server that was given is the first. */
  readonly servers: readonly Server[];
}

/**
 * Listens, and says in one line what is in the way. A server that listens on two addresses has the connections of both.
 * @throws DashboardError `ND_PORT_TAKEN` or `ND_LISTEN`; nothing listens then
 */
export async function listen(server: Server, { host, port, option }: ListenOptions): Promise<Listening> {
  const [first, second] = host === undefined ? LOOPBACK : [host];
  for (let tries = 1; ; tries += 1) {
    const taken = await bind(server, first, port, option);
    if (second === undefined) return { port: taken, servers: [server] };
    const other = relayTo(server);
    try {
      await bind(other, second, taken, option);
      return { port: taken, servers: [server, other] };
    } catch (error) {
      const { code, cause } = error as DashboardError & { cause?: NodeJS.ErrnoException };
      if (ABSENT.has(cause?.code ?? '')) return { port: taken, servers: [server] };
      server.close();
      if (port !== 0 || code !== 'ND_PORT_TAKEN' || tries === MOST_TRIES) throw error;
    }
  }
}

/** Hands its connections to another server, with the options those of it have. */
function relayTo(server: Server): Server {
  const relay = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => {
    server.emit('connection', socket);
  });
  relay.maxConnections = server.maxConnections;
  return relay;
}

async function bind(server: Server, host: string, port: number, option: string): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw await explained(error as NodeJS.ErrnoException, { host, port, option });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function explained(
  error: NodeJS.ErrnoException,
  { host, port, option }: { host: string; port: number; option: string },
): Promise<DashboardError> {
  if (error.code !== 'EADDRINUSE')
    return new DashboardError('ND_LISTEN', `${host}:${port} cannot be listened on: ${error.message}`, {
      cause: error,
    });
  const holder = await holderOf(host, port);
  return new DashboardError(
    'ND_PORT_TAKEN',
    `Port ${port} of ${host} is taken by ${holder}. Choose another one with ${option}.`,
    { cause: error },
  );
}

/** What answers on a port, as far as asking it tells. */
async function holderOf(host: string, port: number): Promise<string> {
  try {
    const response = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${port}/api/settings`, {
      signal: AbortSignal.timeout(1000),
    });
    const text = (await response.text()).slice(0, 1000);
    if (text.includes('ND_')) return 'another dashboard';
    const server = response.headers.get('server');
    return server === null ? 'a program that speaks HTTP' : `${server.slice(0, 40)} (HTTP)`;
  } catch {
    return 'another program';
  }
}
