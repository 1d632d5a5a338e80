import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listeningSockets } from './port.holder.ts';
import { freePort, unusedPort } from './ports.ts';

describe('freePort', () => {
  let holder: Server;
  let taken: number;
  beforeEach(async () => {
    holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    taken = (holder.address() as AddressInfo).port;
  });
  afterEach(async () => {
    holder.close();
    await once(holder, 'close');
  });

  it('finds a port for 0 and leaves it free', async () => {
    const port = await freePort(0, '--user-port');
    expect(port).toBeGreaterThan(0);
    await expect(freePort(port, '--user-port')).resolves.toBe(port);
  });

  it('names a port that is in use and the option that changes it, in one line', async () => {
    const error: unknown = await freePort(taken, '--user-port').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'StartError' });
    const { message } = error as Error;
    expect(message).toMatch(
      new RegExp(`^Port ${taken} is in use( by .+)?; choose another one with --user-port <port>\\.$`),
    );
  });

  it.runIf(process.platform === 'linux')('says which process holds it', async () => {
    await expect(freePort(taken, '--user-port')).rejects.toThrow(`(process ${process.pid})`);
  });
});

describe('unusedPort', () => {
  it('is never one that a system gives to whoever asks for any', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, unusedPort));
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });

  it('is another one each time, though nothing listens on it yet', async () => {
    const ports = await Promise.all(Array.from({ length: 200 }, unusedPort));
    expect(new Set(ports).size).toBe(200);
  });
});

describe('listeningSockets', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:0BB9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0',
    '   1: 0100007F:0BB9 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1',
    '   2: 0100007F:0BBA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0',
  ].join('\n');

  it('are the ones of the port, without its connections', () => {
    expect(listeningSockets(table, 3001)).toEqual(['4711']);
    expect(listeningSockets(table, 80)).toEqual([]);
  });
});
