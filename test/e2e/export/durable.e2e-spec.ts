import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { TelemetryModule, type TelemetryOptions } from 'nest-telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ItemModule, shopOf, start } from '../module/shop.js';
import { receiveGrpc, receiveHttp, refusedEndpoint } from '../otlp.receiver.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nest-telemetry-durable-'));
  // The tests of everything else ask for memory.
  vi.stubEnv('TELEMETRY_DELIVERY', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Serves one request and closes the application. Answers with what was printed. */
async function serveOnce(options: TelemetryOptions, variables: Record<string, string> = {}): Promise<string> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const module = TelemetryModule.forRoot({ serviceName: 'shop', ...options });
  const app = await start(shopOf(module, ItemModule));
  await (await fetch(`${app.url}/items/1`)).text();
  await app.close();
  const printed = output.mock.calls.map(([text]) => String(text)).join('');
  output.mockRestore();
  return printed;
}

const TREE = ['GET /items/:id', 'find-item'];
const SERVICE = 'shop';

describe.each([
  ['http/protobuf', receiveHttp, ['/v1/logs', '/v1/metrics', '/v1/traces']],
  [
    'grpc',
    receiveGrpc,
    [
      '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
      '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    ],
  ],
] as const)('Durable delivery over %s', (protocol, receive, paths) => {
  it('brings spans and metrics as the options say, and leaves nothing on disk', async () => {
    await using receiver = await receive();
    const printed = await serveOnce({
      delivery: { mode: 'durable', directory: folder },
      otlp: { endpoint: receiver.endpoint, protocol, headers: { 'x-team': 'shop' }, compression: 'gzip' },
    });
    expect(printed).toContain(`delivery → durable in ${folder}; `);
    expect(printed).not.toContain('NT_');
    expect(receiver.spans().map(({ name }) => name)).toEqual(expect.arrayContaining(TREE));
    expect(receiver.metricNames()).toContain('http.server.request.duration');
    expect([...new Set(receiver.received.map(({ path }) => path))].sort()).toEqual(paths);
    for (const { headers } of receiver.received) {
      expect(headers['x-team']).toBe('shop');
      expect(headers[protocol === 'grpc' ? 'grpc-encoding' : 'content-encoding']).toBe('gzip');
    }
    expect(readdirSync(join(folder, SERVICE))).toEqual([]);
  });

  it('is configured by the standard variables, and without an option', async () => {
    await using receiver = await receive();
    const printed = await serveOnce(
      {},
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-team=shop',
        OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'x-kind=metrics',
        TELEMETRY_SPOOL_DIRECTORY: folder,
      },
    );
    expect(printed).toContain(`delivery → durable in ${folder}; `);
    expect(receiver.spans().map(({ name }) => name)).toEqual(expect.arrayContaining(TREE));
    for (const { path, headers } of receiver.received) {
      expect(headers['x-team']).toBe('shop');
      expect(headers['x-kind']).toBe(/metric/i.test(path) ? 'metrics' : undefined);
      expect(headers['content-encoding'] ?? headers['grpc-encoding'] ?? 'identity').toBe('identity');
    }
  });

  it('makes no spans of its own requests', async () => {
    await using receiver = await receive();
    await serveOnce({
      delivery: { mode: 'durable', directory: folder },
      otlp: { endpoint: receiver.endpoint, protocol },
      traces: { lifecycle: false },
    });
    // The one client span is the request of this test.
    expect(
      receiver
        .spans()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['GET', ...TREE]);
  });

  it('keeps what cannot be delivered for the next process, and says so', async () => {
    const options = { delivery: { directory: folder } };
    const endpoint = await refusedEndpoint();
    const printed = await serveOnce({ ...options, otlp: { endpoint, protocol } });
    // Said for the first protocol, and then not again within a minute.
    if (protocol === 'http/protobuf')
      expect(printed).toContain('[NT_DELIVERY_OUTAGE] Telemetry cannot be delivered: ');
    expect(printed).toMatch(/\[NT_DELIVERY_LEFT\] \d+ records of telemetry could not be delivered/);
    await using receiver = await receive();
    await using app = await start(
      shopOf(
        TelemetryModule.forRoot({
          serviceName: 'shop',
          ...options,
          otlp: { endpoint: receiver.endpoint, protocol },
        }),
      ),
    );
    expect(app.url).toBeDefined();
    await vi.waitFor(
      () => expect(receiver.spans().map(({ name }) => name)).toEqual(expect.arrayContaining(TREE)),
      10_000,
    );
  });
});

describe('Delivery', () => {
  it('is from memory, and says why, where a protocol or a directory does not allow it', async () => {
    await using receiver = await receiveHttp();
    const { endpoint } = receiver;
    const home = join(folder, 'home');
    mkdirSync(home);
    chmodSync(home, 0o777);
    const delivery = 'delivery → ';
    const unset = { XDG_STATE_HOME: '', STATE_DIRECTORY: '', HOME: '', LOCALAPPDATA: '' };
    expect(await serveOnce({ otlp: { endpoint, protocol: 'http/json' } })).toContain(
      `${delivery}memory (traces from memory: http/json is sent from memory`,
    );
    expect(await serveOnce({ endpoint }, unset)).toContain(
      `${delivery}memory (no directory for state is known); `,
    );
    const printed = await serveOnce({ endpoint }, { ...unset, HOME: home });
    expect(printed).toMatch(/delivery → memory \(.*home is writable by others/);
    expect(printed).not.toContain('NT_');
    const bodies = receiver.received.map(({ body }) => body.toString());
    expect(bodies.filter((body) => body.includes('find-item'))).toHaveLength(3);
  });

  it('warns when a directory was asked for that cannot be used, and delivers all the same', async () => {
    await using receiver = await receiveHttp();
    chmodSync(folder, 0o777);
    const printed = await serveOnce({ endpoint: receiver.endpoint, delivery: { directory: folder } });
    expect(printed).toContain('[NT_DELIVERY_IN_MEMORY] ');
    expect(printed).toContain(`delivery → memory until this directory can be used: ${folder}; `);
    expect(receiver.spans().map(({ name }) => name)).toEqual(expect.arrayContaining(TREE));
  });

  it('can be left to any exporter, by one option', async () => {
    await using receiver = await receiveHttp();
    const exporter = new InMemorySpanExporter();
    const exported = vi.spyOn(exporter, 'export');
    const printed = await serveOnce({ delivery: exporter, endpoint: receiver.endpoint });
    expect(printed).toContain('traces → InMemorySpanExporter; ');
    const names = exported.mock.calls.flatMap(([spans]) => spans.map(({ name }) => name));
    expect(names).toEqual(expect.arrayContaining(TREE));
    expect(receiver.received.map(({ path }) => path)).toEqual(['/v1/logs', '/v1/metrics']);
  });

  it('refuses options that mean nothing', async () => {
    const bad = { delivery: { mode: 'durable', folder: '/tmp' } } as TelemetryOptions;
    await expect(serveOnce(bad)).rejects.toMatchObject({
      code: 'NT_OPTION_INVALID',
      details: { path: 'delivery.folder' },
    });
    await expect(serveOnce({ delivery: 'disk' as 'durable' })).rejects.toMatchObject({
      details: { path: 'delivery', value: '"disk"' },
    });
  });
});
