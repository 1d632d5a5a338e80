import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { decodeTraces, plainAttributes, type SpanData } from '@nest-telemetry/otlp';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GuardSpanProcessor } from '../../processors/guard.span-processor.js';
import { recordTelemetry } from '../../testing/index.js';
import { QueueHealth } from '../health/export.health.js';
import { leanTracer } from '../tracer/testing-harness.spec-helper.js';
import { DurableDelivery } from './durable.delivery.js';
import { OpenRequests } from './open.requests.js';
import { SpoolSpanProcessor } from './spool.span-processor.js';

const telemetry = recordTelemetry();
let folder: string;
let server: Server;
let received: { service: unknown; span: SpanData }[];
beforeEach(async () => {
  telemetry.clear();
  received = [];
  folder = mkdtempSync(join(tmpdir(), 'nest-telemetry-delivery-'));
  server = createServer((request, response) => {
    void buffer(request).then((body) => {
      for (const { resource, scopeSpans } of decodeTraces(body).resourceSpans) {
        const service = plainAttributes(resource?.attributes ?? [])['late'];
        received.push(...scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ service, span }))));
      }
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => telemetry.stop());

function start({ resource = resourceFromAttributes({}), capacity = 10 } = {}) {
  const { port } = server.address() as AddressInfo;
  const destinations = {
    traces: { url: `http://127.0.0.1:${port}/v1/traces`, compression: 'none' },
  } as const;
  const delivery = new DurableDelivery({ directory: folder, service: 'shop', destinations }, resource);
  const outlet = delivery.outlet('traces');
  if (outlet === undefined) throw new Error('traces are not kept');
  const queue = new QueueHealth({ type: 'queue', name: 'queue/0' }, 'span', capacity);
  const openRequests = new OpenRequests(outlet);
  const processor = new SpoolSpanProcessor({ delivery, outlet, queue, openRequests, timeoutMillis: 2000 });
  const { tracer } = leanTracer({ resource, spanProcessor: new GuardSpanProcessor([processor]) });
  const close = async (): Promise<void> => {
    await processor.shutdown();
    await delivery.close({ timeoutMillis: 5000 });
  };
  return { tracer, queue, processor, delivery, close };
}

describe('Spans on their way to disk', () => {
  it('wait for the attributes of their resource, as many as there is room for', async () => {
    let settle: (value: string) => void = () => {};
    const late = new Promise<string>((resolve) => (settle = resolve));
    const { tracer, queue, close } = start({ resource: resourceFromAttributes({ late }), capacity: 2 });
    for (const name of ['a', 'b', 'c']) tracer.startSpan(name).end();
    expect(queue).toMatchObject({ size: 2, dropped: 1 });
    expect(telemetry.warnings).toMatchObject([{ code: 'NT_QUEUE_FULL' }]);
    settle('found out');
    await late;
    await close();
    expect(received.map(({ service, span }) => [service, span.name])).toEqual([
      ['found out', 'a'],
      ['found out', 'b'],
    ]);
    expect(queue).toMatchObject({ size: 0, processed: 2 });
  });

  it('are in the file when the one of their request has ended', async () => {
    const { tracer, close } = start();
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: true };
    const request = tracer.startSpan(
      'the request',
      { kind: SpanKind.SERVER },
      trace.setSpanContext(ROOT_CONTEXT, remote),
    );
    tracer.startSpan('a child', {}, trace.setSpan(ROOT_CONTEXT, request)).end();
    request.end();
    const path = join(folder, 'shop', readdirSync(join(folder, 'shop'))[0] ?? '');
    const written = readFileSync(join(path, '0000000000-traces.seg'), 'latin1');
    expect(written).toContain('a child');
    expect(written).toContain('the request');
    await close();
    expect(received.map(({ span }) => span.name)).toEqual(['a child', 'the request']);
  });

  it('are in the file at the end of the turn in which they ended when there are many', async () => {
    const { tracer, queue, close } = start();
    const names = Array.from({ length: 1000 }, (_, index) => `span ${index}`);
    for (const name of names) tracer.startSpan(name).end();
    const path = join(folder, 'shop', readdirSync(join(folder, 'shop'))[0] ?? '', '0000000000-traces.seg');
    const written = (): string => readFileSync(path, 'latin1');
    expect(written()).toContain('span 900');
    expect(written()).not.toContain('span 999');
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(written()).toContain('span 999');
    expect(queue).toMatchObject({ size: 0, processed: names.length, dropped: 0 });
    await close();
    expect(received.map(({ span }) => span.name)).toEqual(names);
  });

  it('that ended in the last turn of a busy process are written when it exits', async () => {
    const before = process.listeners('exit');
    const { tracer, close } = start();
    const [onExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
    for (let count = 0; count < 1000; count += 1) tracer.startSpan(`span ${count}`).end();
    onExit?.call(process, 0);
    const path = join(folder, 'shop', readdirSync(join(folder, 'shop'))[0] ?? '', '0000000000-traces.seg');
    expect(readFileSync(path, 'latin1')).toContain('span 999');
    await close();
  });

  it('that are open when their process dies are told of without what may be secret', async () => {
    const dying = start();
    const attributes = { 'http.request.method': 'GET', 'http.route': '/users/:id', 'url.query': 'token=1' };
    const request = dying.tracer.startSpan('GET /users/:id', { kind: SpanKind.SERVER, attributes });
    dying.tracer.startSpan('work', { kind: SpanKind.INTERNAL, attributes });
    // It dies as far as the directory is concerned: nobody ends what is open.
    await dying.close();
    expect(received).toEqual([]);
    await start().close();
    expect(received).toHaveLength(1);
    const [{ span } = { span: undefined }] = received;
    expect(span?.spanId).toBe(request.spanContext().spanId);
    expect(span?.status).toMatchObject({ code: 2 });
    expect(plainAttributes(span?.attributes ?? [])).toEqual({
      'nest_telemetry.interrupted': true,
      'http.request.method': 'GET',
      'http.route': '/users/:id',
    });
    expect((span?.endTimeUnixNano ?? 0n) >= (span?.startTimeUnixNano ?? 1n)).toBe(true);
  });
});
