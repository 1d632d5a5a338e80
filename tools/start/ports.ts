import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { processListeningOn } from './port.holder.ts';
import { StartError } from './start.error.ts';

export const LOOPBACK = '127.0.0.1';

/** Returns the port if a service can listen on it, a free one for `0`; names the option to change if not. */
export async function freePort(wanted: number, option: string): Promise<number> {
  const server = createServer();
  try {
    server.listen({ port: wanted, host: LOOPBACK, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    throw new StartError(await explain(error, wanted, option), { cause: error });
  }
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function explain(error: unknown, port: number, option: string): Promise<string> {
  const { code } = error as NodeJS.ErrnoException;
  const remedy = `choose another one with ${option} <port>.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user; ${remedy}`;
  if (code !== 'EADDRINUSE') return `Port ${port} cannot be used (${code ?? String(error)}); ${remedy}`;
  const holder = await processListeningOn(port);
  return `Port ${port} is in use${holder === undefined ? '' : ` by ${holder}`}; ${remedy}`;
}
