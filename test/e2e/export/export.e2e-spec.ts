import { TelemetryModule, type TelemetryOptions } from 'nest-telemetry';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ItemModule, shopOf, start } from '../module/shop.js';
import {
  receiveGrpc,
  receiveHttp,
  refusedEndpoint,
  type Behaviour,
  type Receiver,
} from '../otlp.receiver.js';

/** Serves one request and closes the application, which sends what there is. Answers with what was printed. */
async function serveOnce(options: TelemetryOptions, variables: Record<string, string> = {}): Promise<string> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const app = await start(shopOf(TelemetryModule.forRoot({ serviceName: 'shop', ...options }), ItemModule));
    await (await fetch(`${app.url}/items/1`)).text();
    await app.close();
    return output.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    output.mockRestore();
    vi.unstubAllEnvs();
  }
}

const TREE = ['GET /items/:id', 'find-item'];
const byService = (spans: readonly { name: string; service: string }[]): string[] =>
  spans.flatMap(({ name, service }) => (service === 'shop' && TREE.includes(name) ? [name] : [])).sort();

afterEach(() => vi.restoreAllMocks());

interface Wire {
  readonly protocol: 'http/protobuf' | 'http/json' | 'grpc';
  readonly receive: (behaviour?: Behaviour) => Promise<Receiver>;
  readonly spans: (receiver: Receiver) => readonly { name: string; service: string }[];
  readonly paths: readonly string[];
}

const WIRES: readonly Wire[] = [
  {
    protocol: 'http/protobuf',
    receive: receiveHttp,
    spans: (receiver) => receiver.spans(),
    paths: ['/v1/logs', '/v1/metrics', '/v1/traces'],
  },
  {
    protocol: 'http/json',
    receive: receiveHttp,
    spans: (receiver) => receiver.jsonSpans(),
    paths: ['/v1/logs', '/v1/metrics', '/v1/traces'],
  },
  {
    protocol: 'grpc',
    receive: receiveGrpc,
    spans: (receiver) => receiver.spans(),
    paths: [
      '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
      '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    ],
  },
];

describe.each(WIRES)('OTLP over $protocol', ({ protocol, receive, spans, paths }) => {
  it('brings spans and metrics to the endpoint of the options, with headers and compressed', async () => {
    await using receiver = await receive();
    const headers = { 'x-team': 'shop' };
    await serveOnce({ otlp: { endpoint: receiver.endpoint, protocol, headers, compression: 'gzip' } });
    expect(byService(spans(receiver))).toEqual(TREE);
    expect(receiver.received.map(({ path }) => path).sort()).toEqual(paths);
    for (const { headers: sent } of receiver.received) {
      expect(sent['x-team']).toBe('shop');
      expect(sent[protocol === 'grpc' ? 'grpc-encoding' : 'content-encoding']).toBe('gzip');
      expect(sent).not.toHaveProperty('traceparent');
    }
  });

  it('is configured by the standard variables', async () => {
    await using receiver = await receive();
    await serveOnce(
      {},
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-team=shop',
      },
    );
    expect(byService(spans(receiver))).toEqual(TREE);
    expect(receiver.received.map(({ path }) => path).sort()).toEqual(paths);
    expect(receiver.received.every(({ headers }) => headers['x-team'] === 'shop')).toBe(true);
  });

  it('makes no spans of its own requests', async () => {
    await using receiver = await receive();
    await serveOnce({ otlp: { endpoint: receiver.endpoint, protocol }, traces: { lifecycle: false } });
    // The one client span is the request of this test.
    expect(
      spans(receiver)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['GET', ...TREE]);
  });

  it('says once for each signal when the collector refuses', async () => {
    await using receiver = await receive('refuse');
    const output = await serveOnce({ otlp: { endpoint: receiver.endpoint, protocol } });
    const target = `(${protocol} ${receiver.endpoint})`;
    expect(output.split(`[NT_EXPORT_FAILED] Export to OTLP traces ${target} failed: `)).toHaveLength(2);
    expect(output.split(`[NT_EXPORT_FAILED] Export to OTLP metrics ${target} failed: `)).toHaveLength(2);
    expect(output.split(`[NT_EXPORT_FAILED] Export to OTLP logs ${target}`)).toHaveLength(2);
    expect(output.match(/\[NT_/g)).toHaveLength(3);
  });
});

describe('OTLP', () => {
  it('prefers the options to the variables', async () => {
    await using receiver = await receiveHttp();
    await serveOnce(
      { otlp: { endpoint: `${receiver.endpoint}/`, protocol: 'http/json' } },
      { OTEL_EXPORTER_OTLP_ENDPOINT: await refusedEndpoint(), OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    );
    expect(byService(receiver.jsonSpans())).toEqual(TREE);
  });

  it('sends each signal where its own variable says, as it says', async () => {
    await using traces = await receiveHttp();
    await using metrics = await receiveHttp();
    await serveOnce(
      {},
      {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${traces.endpoint}/own/path`,
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${metrics.endpoint}/v1/metrics`,
      },
    );
    expect(traces.received.map(({ path }) => path)).toEqual(['/own/path']);
    expect(metrics.received.map(({ path }) => path)).toEqual(['/v1/metrics']);
    expect(metrics.metricNames()).toContain('http.server.request.duration');
  });

  it('sends nothing of a signal that is switched off', async () => {
    await using receiver = await receiveHttp();
    await serveOnce({ endpoint: receiver.endpoint, traces: { enabled: false }, logs: { exporters: [] } });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/v1/metrics']);
    await serveOnce({ endpoint: receiver.endpoint, metrics: { enabled: false }, logs: { enabled: false } });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/v1/metrics', '/v1/traces']);
  });

  it('pushes metrics while the application runs', async () => {
    await using receiver = await receiveHttp();
    vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', '50');
    const module = TelemetryModule.forRoot({ endpoint: receiver.endpoint, traces: { exporters: [] } });
    await using app = await start(shopOf(module, ItemModule));
    await (await fetch(`${app.url}/items/1`)).text();
    await vi.waitFor(() => expect(receiver.metricNames()).toContain('http.server.request.duration'), 5000);
    vi.unstubAllEnvs();
  });
});

describe('Zipkin', () => {
  it('gets the spans as its own JSON', async () => {
    await using receiver = await receiveHttp();
    const endpoint = `${receiver.endpoint}/api/v2/spans`;
    await serveOnce({ traces: { exporters: ['zipkin'] } }, { OTEL_EXPORTER_ZIPKIN_ENDPOINT: endpoint });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/api/v2/spans']);
    const spans = JSON.parse(String(receiver.received[0]?.body)) as object[];
    expect(spans).toContainEqual(
      expect.objectContaining({
        name: 'GET /items/:id',
        kind: 'SERVER',
        localEndpoint: { serviceName: 'shop' },
      }),
    );
  });

  it('that does not listen is reported', async () => {
    const endpoint = `${await refusedEndpoint()}/api/v2/spans`;
    const output = await serveOnce(
      { traces: { exporters: ['zipkin'] } },
      { OTEL_EXPORTER_ZIPKIN_ENDPOINT: endpoint },
    );
    expect(output).toMatch(/NT_EXPORT_FAILED\] Export to Zipkin failed: .*ECONNREFUSED/);
  });
});

describe('The console', () => {
  it('gets a tree per trace, of OTEL_TRACES_EXPORTER=console, beside what else is named', async () => {
    await using receiver = await receiveHttp();
    const output = await serveOnce(
      { endpoint: receiver.endpoint },
      { OTEL_TRACES_EXPORTER: 'otlp,console', NO_COLOR: '1' },
    );
    expect(output).toMatch(
      /^trace [0-9a-f]{32} · shop · 2 spans .*\nGET \/items\/:id .*server.*\n(.*\n)?.*find-item/m,
    );
    expect(byService(receiver.spans())).toEqual(TREE);
  });
});
