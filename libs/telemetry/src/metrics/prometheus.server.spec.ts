import { Agent, createServer, get, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { EventEmitter, once } from 'node:events';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LeanMeterProvider } from '../sdk/meter/lean.meter-provider.js';
import { PageReader } from '../sdk/page.reader.js';
import { TelemetryError } from '../telemetry.errors.js';
import { PrometheusEndpoint } from './prometheus.endpoint.js';

const HOST = '127.0.0.1';

describe('PrometheusEndpoint on its own port', () => {
  const reader = new PageReader();
  const provider = new LeanMeterProvider({ resource: resourceFromAttributes({}), readers: [reader] });
  provider.getMeter('app').createCounter('orders').add(3);
  let gate: Promise<void> | undefined;
  const create = () =>
    new PrometheusEndpoint({
      path: '/metrics',
      source: {
        collect: async (options) => {
          await gate;
          return reader.collect(options);
        },
        settings: { naming: 'suffixed', scopeLabels: false },
      },
    });
  let endpoint = create();

  afterEach(async () => {
    gate = undefined;
    await endpoint.close(1_000);
    endpoint = create();
  });

  it('picks a free port for 0 and tells which', async () => {
    const { port } = await endpoint.listen({ host: HOST, port: 0 });
    const response = await fetch(`http://${HOST}:${port}/metrics?name=orders_total`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('\norders_total 3\n');
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const { port } = await endpoint.listen({ host: HOST, port: 0 });
    const url = `http://${HOST}:${port}/metrics`;
    const [head, page] = await Promise.all([fetch(url, { method: 'HEAD' }), fetch(url)]);
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(page.headers.get('content-length'));
    expect(head.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await head.text()).toBe('');
  });

  it('sends the format and the compression a scraper asks for', async () => {
    const { port } = await endpoint.listen({ host: HOST, port: 0 });
    const page = await fetch(`http://${HOST}:${port}/metrics`, {
      headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' },
    });
    expect(page.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    expect(await page.text()).toMatch(/# EOF\n$/);
  });

  it('answers 404 elsewhere and 405 to other methods', async () => {
    const { port } = await endpoint.listen({ host: HOST, port: 0 });
    expect((await fetch(`http://${HOST}:${port}/`)).status).toBe(404);
    const post = await fetch(`http://${HOST}:${port}/metrics`, { method: 'POST' });
    expect(post.status).toBe(405);
    expect(post.headers.get('allow')).toBe('GET, HEAD');
  });

  it('survives request targets that are no URL', async () => {
    const { port } = await endpoint.listen({ host: HOST, port: 0 });
    const socket = connect(port, HOST);
    socket.end('GET //[ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 404/);
    expect((await fetch(`http://${HOST}:${port}/metrics`)).status).toBe(200);
  });

  it('names a port that is in use', async () => {
    const other = createServer().listen(0, HOST);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const error = await endpoint.listen({ host: HOST, port }).catch((reason: unknown) => reason);
    other.close();
    expect(error).toBeInstanceOf(TelemetryError);
    expect(error).toMatchObject({ code: 'NT_METRICS_PORT_IN_USE', details: { port } });
  });

  it('names an address that cannot be bound', async () => {
    const error = await endpoint.listen({ host: '203.0.113.1', port: 0 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'NT_METRICS_PORT_UNAVAILABLE' });
  });

  it('can listen again on the same port after it was closed', async () => {
    const { port } = await endpoint.listen({ host: HOST, port: 0 });
    await endpoint.close(1_000);
    expect(await endpoint.listen({ host: HOST, port })).toEqual({ host: HOST, port });
  });

  it('does not hold the process, neither by itself nor by a connection a scraper keeps open', async () => {
    await vi.waitFor(() => expect(activeTcp()).toEqual([]));
    const { port } = await endpoint.listen({ host: HOST, port: 0 });
    expect(activeTcp()).toEqual([]);

    const agent = new Agent({ keepAlive: true });
    await read(get({ host: HOST, port, path: '/metrics', agent }));
    // An agent that keeps a connection does not hold the process with it, so what is left would be ours.
    await vi.waitFor(() => expect(Object.values(agent.freeSockets)).toHaveLength(1));
    expect(activeTcp()).toEqual([]);
    agent.destroy();
  });

  it('closes at once though a scraper keeps its connection open', async () => {
    const { port } = await endpoint.listen({ host: HOST, port: 0 });
    const agent = new Agent({ keepAlive: true });
    await read(get({ host: HOST, port, path: '/metrics', agent }));
    await endpoint.close(60_000);
    await expect(read(get({ host: HOST, port, path: '/metrics' }))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    agent.destroy();
  });

  it('lets a running scrape finish when it closes', async () => {
    const collection = new EventEmitter();
    gate = once(collection, 'ready').then(() => {});
    const { port } = await endpoint.listen({ host: HOST, port: 0 });
    const scrape = fetch(`http://${HOST}:${port}/metrics`);
    await connected(port);
    const closed = endpoint.close(60_000);
    collection.emit('ready');
    expect((await scrape).status).toBe(200);
    await closed;
  });

  it('cuts off a scrape that outlasts the deadline', async () => {
    gate = new Promise(() => {});
    const { port } = await endpoint.listen({ host: HOST, port: 0 });
    const scrape = read(request({ host: HOST, port, path: '/metrics' }).end()).catch(
      (error: unknown) => error,
    );
    await connected(port);
    await endpoint.close(20);
    expect(await scrape).toBeInstanceOf(Error);
  });
});

async function read(outgoing: ReturnType<typeof request>): Promise<string> {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body;
}

/** A second connection is accepted after the first, so once this is answered the first request was read. */
async function connected(port: number): Promise<void> {
  await fetch(`http://${HOST}:${port}/`);
}

/** What of the network keeps this process alive at present. */
function activeTcp(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));
}
