import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { processListeningOn } from './port.holder.ts';
import { StartError } from './start.error.ts';

export const LOOPBACK = '127.0.0.1';

/**
 * Below the ports a system gives to whoever asks for any (from 32768 on Linux, from 49152 elsewhere): a port that was
 * found by asking for any is soon given to another, a connection or a server, before the program it was found for
 * has started.
 */
const FIRST = 10_000;
const PAST = 32_000;
const TRIES = 100;

const given = new Set<number>();

/** Returns the port if a service can listen on it, a free one for `0`; names the option to change if not. */
export async function freePort(wanted: number, option: string): Promise<number> {
  if (wanted === 0) return unusedPort();
  const server = createServer();
  try {
    server.listen({ port: wanted, host: LOOPBACK, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    throw new StartError(await explain(error, wanted, option), { cause: error });
  }
  server.close();
  await once(server, 'close');
  return wanted;
}

/** A port nothing listens on, which nobody is given who asks for any; no two calls return the same one. */
export async function unusedPort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FIRST, PAST);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`None of ${TRIES} ports of ${LOOPBACK} between ${FIRST} and ${PAST} was free.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: LOOPBACK, exclusive: true });
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

async function explain(error: unknown, port: number, option: string): Promise<string> {
  const { code } = error as NodeJS.ErrnoException;
  const remedy = `choose another one with ${option} <port>.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user; ${remedy}`;
  if (code !== 'EADDRINUSE') return `Port ${port} cannot be used (${code ?? String(error)}); ${remedy}`;
  const holder = await processListeningOn(port);
  return `Port ${port} is in use${holder === undefined ? '' : ` by ${holder}`}; ${remedy}`;
}
