import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { decodeLogs, decodeTraces, encodeLogRecord, encodeResource, encodeScope } from '@nest-telemetry/otlp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestFolder } from './directory.spec-helper.js';
import { Spool, SpoolOptionsError, type SpoolEvent, type SpoolOptions } from './index.js';

const SEGMENT = '0000000000-traces.seg';
const resource = encodeResource({ attributes: { 'service.name': 'test' } });
const scope = encodeScope({ name: 'test' });
/** A Span of nothing but a name (field 5). */
const span = (name: string): Uint8Array =>
  Buffer.concat([Buffer.from([0x2a, name.length]), Buffer.from(name)]);

let server: Server;
let requests: { path: string; body: Buffer; headers: Record<string, unknown> }[];
let status: number;
let folder: TestFolder;
let events: SpoolEvent[];
const spools: Spool[] = [];
beforeEach(async () => {
  [requests, events, status, folder] = [[], [], 200, new TestFolder()];
  server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { url: path = '', headers } = request;
      requests.push({
        path,
        headers,
        body: headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
      });
      response.writeHead(status).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await Promise.all(spools.splice(0).map((spool) => spool.close()));
  server.closeAllConnections();
  server.close();
  folder[Symbol.dispose]();
});

/** A spool that sends from this thread, as threads cannot run sources. */
function open(options: Partial<SpoolOptions> = {}): Spool {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const destinations = {
    traces: { url: `${url}/v1/traces` },
    logs: { url: `${url}/v1/logs`, headers: { a: 'b' } },
  };
  const spool = new Spool(
    {
      directory: folder.path,
      service: 'test',
      destinations,
      worker: false,
      batch: { delayMillis: 5 },
      ...options,
    },
    (event) => events.push(event),
  );
  spools.push(spool);
  return spool;
}

function namesOf(): string[] {
  return requests
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) => decodeTraces(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)));
}

function directories(): string[] {
  return readdirSync(join(folder.path, 'test'));
}

describe('A spool', () => {
  it('delivers what was appended before it was closed, and leaves nothing behind', async () => {
    const spool = open();
    const stream = spool.stream({ signal: 'traces', resource, scope });
    for (const name of ['a', 'b', 'c']) expect(stream.append(span(name))).toBe(true);
    expect(spool.stats().signals.traces.appended).toBe(3);
    await spool.close();
    expect(namesOf()).toEqual(['a', 'b', 'c']);
    expect(spool.stats()).toMatchObject({ state: 'closed', waiting: 0, signals: { traces: { sent: 3 } } });
    expect(directories()).toEqual([]);
    expect(events).toEqual([]);
  });

  it('delivers every signal to its destination, with its headers and scope', async () => {
    const spool = open();
    const record = encodeLogRecord({
      hrTime: [1, 0],
      body: 'hello',
      attributes: {},
      droppedAttributesCount: 0,
    } as never);
    spool.stream({ signal: 'logs', resource, scope }).append(record ?? new Uint8Array());
    spool.stream({ signal: 'traces', resource, scope: encodeScope({ name: 'one' }) }).append(span('a'));
    spool.stream({ signal: 'traces', resource, scope: encodeScope({ name: 'two' }) }).append(span('b'));
    await spool.close();
    const [log] = requests.filter(({ path }) => path === '/v1/logs');
    expect(log?.headers).toMatchObject({ a: 'b', 'content-type': 'application/x-protobuf' });
    expect(decodeLogs(log?.body ?? Buffer.alloc(0)).resourceLogs[0]?.scopeLogs[0]?.logRecords).toHaveLength(
      1,
    );
    const scopes = requests
      .filter(({ path }) => path === '/v1/traces')
      .flatMap(({ body }) => decodeTraces(body).resourceSpans)
      .flatMap(({ scopeSpans }) =>
        scopeSpans.map(({ scope: found, spans }) => [found?.name, spans[0]?.name]),
      );
    expect(scopes).toEqual([
      ['one', 'a'],
      ['two', 'b'],
    ]);
  });

  it('leaves on disk what cannot be delivered, for the next one', async () => {
    status = 503;
    const before = open();
    before.stream({ signal: 'traces', resource, scope }).append(span('a'));
    await before.close();
    expect(before.stats().waiting).toBe(1);
    expect(directories()).toHaveLength(1);
    expect(events.map(({ type }) => type)).toEqual(['outage-began']);
    status = 200;
    requests = [];
    const after = open();
    await after.close();
    expect(namesOf()).toEqual(['a']);
    expect(after.stats().signals.traces).toMatchObject({ adopted: 1, sent: 1, appended: 0 });
    expect(directories()).toEqual([]);
  });

  it('drops what is too large or too late, and counts it', async () => {
    const spool = open({ maxRecordBytes: 100 });
    const stream = spool.stream({ signal: 'traces', resource, scope });
    expect(stream.append(new Uint8Array(101))).toBe(false);
    await spool.close();
    expect(stream.append(span('late'))).toBe(false);
    expect(spool.stats().signals.traces).toMatchObject({
      appended: 2,
      dropped: { 'too-large': 1, closed: 1 },
    });
    expect(requests).toEqual([]);
  });

  it('keeps to its size when nothing can be delivered, and says so once', async () => {
    status = 503;
    const spool = open({ maxBytes: 20_000, segment: { maxBytes: 4096 } });
    const stream = spool.stream({ signal: 'traces', resource, scope });
    const text = 'x'.repeat(120);
    for (let count = 0; count < 1000; count += 1) stream.append(span(text));
    await spool.close();
    const { signals, waiting, bytesOnDisk } = spool.stats();
    expect(signals.traces.dropped.full).toBeGreaterThan(0);
    expect(waiting + signals.traces.dropped.full).toBe(1000);
    expect(bytesOnDisk).toBeLessThanOrEqual(20_000);
    expect(events.filter(({ type }) => type === 'drops-began')).toHaveLength(1);
  });

  it('keeps records in memory where there is no directory for it', async () => {
    const spool = open({ directory: '/proc/nowhere' });
    const stream = spool.stream({ signal: 'traces', resource, scope });
    expect(stream.append(span('a'))).toBe(true);
    expect(spool.stats()).toMatchObject({ state: 'memory', waiting: 1 });
    await spool.close();
    expect(namesOf()).toEqual(['a']);
    expect(events).toEqual([{ type: 'memory-only', reason: expect.stringContaining('ENOENT') as string }]);
  });

  it('writes many records that are held together with the next one, and never later than the turn they came in', async () => {
    const spool = open({ batch: { delayMillis: 60_000 } });
    const stream = spool.stream({ signal: 'traces', resource, scope });
    const size = (): number => statSync(join(folder.path, 'test', directories()[0] ?? '', SEGMENT)).size;
    const few = Array.from({ length: 60 }, (_, index) => `few${index}`);
    const sizes = few.map((name) => {
      stream.hold(span(name));
      return size();
    });
    // As long as they were few, each was written.
    expect(new Set(sizes.slice(0, 40)).size).toBe(40);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const before = size();
    stream.hold(span('child'));
    expect(size()).toBe(before);
    stream.append(span('parent'));
    const together = size();
    expect(together).toBeGreaterThan(before);
    stream.hold(span('alone'));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(size()).toBeGreaterThan(together);
    await spool.close();
    expect(namesOf()).toEqual([...few, 'child', 'parent', 'alone']);
  });

  it('is told of what comes when it had nothing to do, by every signal', async () => {
    const spool = open({ batch: { delayMillis: 20 } });
    const stream = spool.stream({ signal: 'traces', resource, scope });
    const errors = ['first error', 'second error'];
    for (const name of errors) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      stream.append(span(name), true);
      await vi.waitFor(() => expect(namesOf()).toContain(name), { timeout: 10_000 });
      await new Promise((resolve) => setTimeout(resolve, 150));
      stream.append(span(`${name}, not`));
      await vi.waitFor(() => expect(namesOf()).toContain(`${name}, not`), { timeout: 10_000 });
    }
    await spool.close();
    expect(namesOf()).toEqual(errors.flatMap((name) => [name, `${name}, not`]));
  });

  it('copies what it is given', async () => {
    const spool = open();
    const bytes = Buffer.from(span('before'));
    spool.stream({ signal: 'traces', resource, scope }).append(bytes);
    bytes.fill(0);
    await spool.close();
    expect(namesOf()).toEqual(['before']);
  });

  it('delivers without its pauses when it is asked to', async () => {
    const spool = open({ batch: { delayMillis: 60_000 } });
    const stream = spool.stream({ signal: 'traces', resource, scope });
    await spool.deliver();
    stream.append(span('a'));
    expect(await spool.deliver()).toBe(true);
    expect(namesOf()).toEqual(['a']);
    status = 503;
    stream.append(span('b'));
    expect(await spool.deliver({ timeoutMillis: 2000 })).toBe(false);
    expect(spool.stats()).toMatchObject({ waiting: 1, isOutage: true });
  });

  it('leaves to the next one what had begun and not ended, with the last sign of life as its end', async () => {
    const before = open();
    const stream = before.stream({ signal: 'traces', resource, scope });
    const began = Date.now();
    const [open1, open2] = [stream.begin(span('ended')), stream.begin(span('open'))];
    expect(open2).toBeDefined();
    open1?.end();
    stream.append(span('done'));
    await before.close();
    expect(namesOf()).toEqual(['done']);
    expect(directories()).toHaveLength(1);
    requests = [];
    await open().close();
    expect(namesOf()).toEqual(['open']);
    const [request] = requests;
    const end = decodeTraces(request?.body ?? Buffer.alloc(0)).resourceSpans[0]?.scopeSpans[0]?.spans[0]
      ?.endTimeUnixNano;
    expect(Number(end ?? 0n) / 1e6).toBeGreaterThanOrEqual(began);
    expect(Number(end ?? 0n) / 1e6).toBeLessThanOrEqual(Date.now());
    expect(directories()).toEqual([]);
  });

  it('keeps the file of what is open small, however much begins and ends', async () => {
    const spool = open();
    const stream = spool.stream({ signal: 'traces', resource, scope });
    const lasting = stream.begin(span('lasting'));
    const text = 'x'.repeat(120);
    for (let count = 0; count < 20_000; count += 1) stream.begin(span(text))?.end();
    const path = join(folder.path, 'test', directories()[0] ?? '');
    const files = readdirSync(path).filter((name) => name.endsWith('-open.seg'));
    expect(files).toHaveLength(1);
    expect(statSync(join(path, files[0] ?? '')).size).toBeLessThan(3 << 20);
    expect(lasting).toBeDefined();
    await spool.close();
    requests = [];
    await open().close();
    expect(namesOf()).toEqual(['lasting']);
  });

  it('takes no records for which there is no destination', () => {
    const stream = (): unknown => open().stream({ signal: 'metrics', resource, scope });
    expect(stream).toThrow(SpoolOptionsError);
  });
});
