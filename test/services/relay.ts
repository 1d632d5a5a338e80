import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server over TCP that a test can make bad. */
export interface Relay extends AsyncDisposable {
  /** The address of the server, by way of the relay. */
  readonly url: string;
  /** Ends every connection, and each new one as soon as it is made. */
  cut(): void;
  /** Takes connections and what is sent on them, and hands nothing on: nobody is told that anything is wrong. */
  stall(): void;
  /** Hands everything on again, on new connections. */
  mend(): void;
}

export async function startRelay(to: string): Promise<Relay> {
  const url = new URL(to);
  const sockets = new Set<Socket>();
  let state: 'whole' | 'cut' | 'stalled' = 'whole';
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((inward) => {
    keep(inward);
    if (state === 'cut') inward.destroy();
    if (state !== 'whole') return;
    const outward = keep(connect(Number(url.port), url.hostname));
    inward.pipe(outward).pipe(inward);
    inward.on('close', () => outward.destroy());
    outward.on('close', () => inward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const relayed = new URL(url);
  relayed.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: relayed.href,
    cut() {
      state = 'cut';
      endAll();
    },
    stall() {
      state = 'stalled';
      for (const socket of sockets) socket.unpipe().resume();
    },
    mend() {
      state = 'whole';
      endAll();
    },
    async [Symbol.asyncDispose]() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
