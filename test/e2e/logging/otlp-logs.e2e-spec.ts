import { decodeLogs, decodeLogsJson, plainAttributes, plainValue, type LogsData } from '@nest-telemetry/otlp';
import { logs as logsApi } from '@opentelemetry/api';
import { InMemoryLogRecordExporter } from '@opentelemetry/sdk-logs';
import { TelemetryLogger, TelemetryModule, type TelemetryOptions } from 'nest-telemetry';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ItemModule, shopOf, start } from '../module/shop.js';
import { receiveGrpc, receiveHttp, refusedEndpoint, type Receiver } from '../otlp.receiver.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Serves one request, logs an event and an error outside of it, and closes the application. Answers with the trace id. */
async function serveOnce(options: TelemetryOptions): Promise<{ traceId: string | null; printed: string }> {
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const early = logsApi.getLogger('contrib', '1.2.3');
  const app = await start(shopOf(TelemetryModule.forRoot({ serviceName: 'shop', ...options }), ItemModule));
  const response = await fetch(`${app.url}/items/1`);
  await response.text();
  const logger = app.get(TelemetryLogger);
  logger.event('order.completed', { id: 7 });
  logger.error('failed', new RangeError('too many'), 'Orders');
  early.emit({ body: 'from contrib code' });
  await app.close();
  const printed = output.mock.calls.map(([text]) => String(text)).join('');
  output.mockRestore();
  return { traceId: response.headers.get('x-trace-id'), printed };
}

/** Every record that arrived, with what its resource and scope say. */
function recordsIn(data: readonly LogsData[]) {
  return data.flatMap(({ resourceLogs }) =>
    resourceLogs.flatMap(({ resource, scopeLogs }) =>
      scopeLogs.flatMap(({ scope, logRecords }) =>
        logRecords.map(({ body, attributes, ...record }) => ({
          ...record,
          body: body && plainValue(body),
          attributes: plainAttributes(attributes),
          service: plainAttributes(resource?.attributes ?? [])['service.name'],
          scope: scope?.name,
        })),
      ),
    ),
  );
}

const bodiesOf = ({ received }: Receiver): Buffer[] =>
  received.filter(({ path }) => /log/i.test(path)).map(({ body }) => body);

const WIRES = [
  { protocol: 'http/protobuf', receive: receiveHttp, decode: decodeLogs },
  { protocol: 'http/json', receive: receiveHttp, decode: decodeLogsJson },
  { protocol: 'grpc', receive: receiveGrpc, decode: decodeLogs },
] as const;

describe.each(WIRES)('Log records over $protocol', ({ protocol, receive, decode }) => {
  it('arrive with severity, body, attributes, trace, event name and exception, those of contrib code as well', async () => {
    await using receiver = await receive();
    const { traceId } = await serveOnce({ otlp: { endpoint: receiver.endpoint, protocol } });
    const records = recordsIn(bodiesOf(receiver).map((body) => decode(body)));
    expect(new Set(records.map(({ service }) => service))).toEqual(new Set(['shop']));
    expect(records.find(({ body }) => body === 'item 1 asked for')).toMatchObject({
      severityNumber: 9,
      severityText: 'INFO',
      attributes: { 'nestjs.log.context': 'Items' },
      traceId,
      flags: 1,
      scope: 'nest-telemetry',
    });
    expect(records.find(({ eventName }) => eventName === 'order.completed')).toMatchObject({
      attributes: { id: 7 },
    });
    expect(records.find(({ body }) => body === 'failed')).toMatchObject({
      severityNumber: 17,
      attributes: { 'exception.type': 'RangeError', 'exception.message': 'too many' },
    });
    expect(records.find(({ body }) => body === 'from contrib code')).toMatchObject({ scope: 'contrib' });
  });
});

describe('Log records', () => {
  it('follow the variables of the specification', async () => {
    await using receiver = await receiveHttp();
    vi.stubEnv('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', `${receiver.endpoint}/own/path`);
    vi.stubEnv('OTEL_EXPORTER_OTLP_LOGS_HEADERS', 'x-tenant=a');
    vi.stubEnv('OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', '1');
    await serveOnce({});
    expect(new Set(receiver.received.map(({ path }) => path))).toEqual(new Set(['/own/path']));
    expect(receiver.received.length).toBeGreaterThan(3);
    expect(receiver.received[0]?.headers['x-tenant']).toBe('a');
    receiver.received.length = 0;
    vi.stubEnv('OTEL_LOGS_EXPORTER', 'none');
    await serveOnce({});
    expect(receiver.received).toEqual([]);
  });

  it('go to official exporters, and to the console', async () => {
    const exporter = new InMemoryLogRecordExporter();
    const kept: unknown[] = [];
    exporter.shutdown = async () => void kept.push(...exporter.getFinishedLogRecords());
    const shown = vi.spyOn(console, 'dir').mockReturnValue(undefined);
    await serveOnce({ logs: { exporters: [exporter, 'console'] } });
    expect(kept).toContainEqual(expect.objectContaining({ eventName: 'order.completed' }));
    expect(shown.mock.calls.map(([record]) => record as unknown)).toContainEqual(
      expect.objectContaining({ eventName: 'order.completed' }),
    );
  });

  it('of requests that are not sampled are sent with their ids, and a refused endpoint disturbs nobody', async () => {
    await using receiver = await receiveHttp();
    const { traceId } = await serveOnce({ endpoint: receiver.endpoint, traces: { ratio: 0 } });
    const records = recordsIn(bodiesOf(receiver).map((body) => decodeLogs(body)));
    expect(records.find(({ body }) => body === 'item 1 asked for')).toMatchObject({
      traceId,
      service: 'shop',
    });
    const { printed } = await serveOnce({
      endpoint: await refusedEndpoint(),
      logs: { format: 'json' },
      shutdown: { timeoutMillis: 500 },
    });
    expect(printed).toContain('item 1 asked for');
    expect(printed).toMatch(/NT_EXPORT_FAILED|NT_SHUTDOWN_TIMEOUT/);
  });
});
