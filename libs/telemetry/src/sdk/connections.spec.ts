import { once } from 'node:events';
import http from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connections } from './connections.js';

describe('Connections', () => {
  let server: Server;
  let port: number;
  let accepted: Socket[];
  beforeEach(async () => {
    accepted = [];
    // It takes every request and never answers.
    server = createServer((socket) => accepted.push(socket.on('error', () => undefined).resume()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(async () => {
    for (const socket of accepted) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  const request = (agent?: http.Agent): http.ClientRequest =>
    http.get({ port, host: '127.0.0.1', ...(agent && { agent }) });

  it('cuts off what an exporter waits for, whatever agent it uses, with an error that is not tried again', async () => {
    const connections = new Connections();
    const pending = [request(connections.agentFactory('http:')), connections.during(() => request())];
    const failures = pending.map(async (each) => once(each, 'error').then(([error]) => error as Error));
    await Promise.all(pending.map(async (each) => once(each, 'socket')));
    await expect.poll(() => accepted.length).toBe(2);
    connections.destroy();
    for (const error of await Promise.all(failures)) {
      expect(error.message).toBe('Telemetry was shut down before the answer came.');
      expect(error).not.toHaveProperty('code');
    }
  });

  it('cuts off at once what is begun afterwards', async () => {
    const connections = new Connections();
    connections.destroy();
    expect(connections.destroyed).toBe(true);
    const late = connections.during(() => request());
    await expect(once(late, 'error').then(([error]) => Promise.reject(error as Error))).rejects.toThrow(
      'shut down',
    );
  });

  it('leaves alone what the application has open', async () => {
    const connections = new Connections();
    const own = request();
    await once(own, 'socket');
    await expect.poll(() => accepted.length).toBe(1);
    connections.destroy();
    expect(own.destroyed).toBe(false);
    own.on('error', () => undefined).destroy();
  });

  it('keeps no process alive with an export, be it on a new socket or on one that is used again', async () => {
    const answering = http.createServer((_request, response) => response.end('ok'));
    answering.listen(0, '127.0.0.1');
    await once(answering, 'listening');
    const agent = new Connections().agentFactory('http:');
    const sockets: Socket[] = [];
    for (let round = 0; round < 2; round += 1) {
      const { port: answeringPort } = answering.address() as AddressInfo;
      const each = http.get({ port: answeringPort, host: '127.0.0.1', agent });
      // oxlint-disable-next-line no-await-in-loop -- the second one needs the socket of the first
      const [socket] = (await once(each, 'socket')) as [Socket];
      sockets.push(socket);
      expect(holds(socket)).toBe(false);
      // oxlint-disable-next-line no-await-in-loop -- as above
      const [response] = (await once(each, 'response')) as [http.IncomingMessage];
      response.resume();
      // oxlint-disable-next-line no-await-in-loop -- as above
      await once(response, 'close');
      // oxlint-disable-next-line no-await-in-loop -- the agent takes it back
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sockets[1]).toBe(sockets[0]);
    agent.destroy();
    answering.close();
    await once(answering, 'close');
  });
});

/** Whether a process would wait for it. */
function holds(socket: Socket): boolean {
  return (socket as unknown as { _handle: { hasRef(): boolean } })._handle.hasRef();
}
