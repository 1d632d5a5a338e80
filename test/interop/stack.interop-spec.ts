import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../tools/start/build.ts';
import { orderTrace, placeOrder } from '../../tools/start/order.ts';
import { LOOPBACK, unusedPort } from '../../tools/start/ports.ts';
import { Progress } from '../../tools/start/progress.ts';
import { Service } from '../../tools/start/services.ts';
import { eventually } from './eventually.ts';
import { type JaegerSpan, jaegerSpans } from './jaeger.api.ts';
import { missingObservers, type Observers, startObservers } from './observers.ts';
import { isRequired } from './programs.ts';
import { exemplars, query } from './prometheus.api.ts';

const missing = missingObservers();
const never = new AbortController().signal;
const expected = orderTrace('http');

/** What is not there of the trace of an order. */
function missingFrom(spans: readonly JaegerSpan[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return [
    ...Object.entries(expected.spans)
      .filter(([name, least]) => spans.filter((span) => span.name === name).length < least)
      .map(([name]) => name),
    ...spans
      .filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId))
      .map(({ name }) => `the parent of ${name}`),
    ...(spans.filter(({ parentSpanId }) => parentSpanId === undefined).length === 1 ? [] : ['one root']),
  ];
}

describe.skipIf(missing.length > 0 && !isRequired())(
  'With a real Collector, Jaeger and Prometheus (needs otelcol, jaeger, prometheus: npm run interop:install)',
  () => {
    let stack: AsyncDisposableStack;
    let observers: Observers;
    let order: Service;

    beforeAll(async () => {
      if (missing.length > 0) throw new Error('npm run interop:install');
      await build({ dashboard: false }, new Progress(process.stderr), never);
      await using starting = new AsyncDisposableStack();
      const folder = starting.adopt(await mkdtemp(join(tmpdir(), 'nest-telemetry-interop-')), (path) =>
        rm(path, { recursive: true, force: true }),
      );
      const [userPort, orderPort, eventsPort] = await Promise.all([unusedPort(), unusedPort(), unusedPort()]);
      observers = starting.use(await startObservers({ folder, fetched: { user: userPort ?? 0 } }));
      const shared = {
        BROKER_URL: `tcp://${LOOPBACK}:${eventsPort}`,
        LOG_FORMAT: 'json',
        RESTOCK_CRON: 'off',
        OTEL_BSP_SCHEDULE_DELAY: '200',
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
        OTEL_METRIC_EXPORT_TIMEOUT: '900',
      };
      const service = (name: string, port = 0, environment: Record<string, string> = {}): Service =>
        starting.use(
          new Service({
            name,
            port,
            environment: {
              ...shared,
              DATABASE_PATH: join(folder, `${name}.sqlite`),
              TELEMETRY_SPOOL_DIRECTORY: join(folder, `${name}.spool`),
              ...environment,
            },
            onLine: () => undefined,
          }),
        );
      // One by gRPC and one by HTTP; the metrics of one are fetched and those of the other sent, as in docker/compose.yaml.
      const user = service('user', userPort, {
        OTEL_EXPORTER_OTLP_ENDPOINT: observers.otlpGrpc,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_METRICS_EXPORTER: 'none',
      });
      order = service('order', orderPort, {
        OTEL_EXPORTER_OTLP_ENDPOINT: observers.otlpHttp,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        USER_URL: user.url,
      });
      await Promise.all([user.healthy(never), order.healthy(never)]);
      stack = starting.move();
    });
    afterAll(() => stack?.disposeAsync());

    it('Jaeger has one trace of both services, every span under the one that caused it', async () => {
      const traceId = await placeOrder(order.url, never);
      const spans = await eventually(async () => {
        const found = await jaegerSpans(observers.jaegerUrl, traceId);
        expect(missingFrom(found)).toEqual([]);
        return found;
      });
      expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['order', 'user']));
      const parentOf = (name: string, service: string): string => {
        const span = spans.find((one) => one.name === name && one.service === service);
        const parent = spans.find(({ spanId }) => spanId === span?.parentSpanId);
        return `${parent?.service} ${parent?.name}`;
      };
      expect(parentOf('GET /users/:id', 'user')).toBe('order GET');
      expect(parentOf('GET', 'order')).toBe('order find-customer');
      expect(parentOf('process-order', 'order')).toBe('order POST /orders');
      expect(parentOf('validate-order', 'order')).toBe('order process-order');
      expect(parentOf('reserve-item', 'order')).toBe('order reserve-inventory');
      expect(parentOf('process order.created', 'user')).toBe('order send order.created');
      expect(parentOf('UPDATE stock', 'order')).toBe('order reserve-item');
      const server = spans.find(({ name }) => name === 'POST /orders');
      expect(server?.attributes).toMatchObject({ 'span.kind': 'server', 'http.route': '/orders' });
    });

    it.each([
      ['fetched', 'user', '/users/:id'],
      ['sent', 'order', '/orders'],
    ])(
      'Prometheus has the metrics that are %s, with exemplars of traces that Jaeger knows',
      async (_, job, route) => {
        await placeOrder(order.url, never);
        const series = `http_server_request_duration_seconds`;
        await eventually(async () => {
          const [count] = await query(
            observers.prometheusUrl,
            `sum(${series}_count{job="${job}",http_route="${route}"})`,
          );
          expect(count?.samples[0]?.[1]).toBeGreaterThan(0);
        });
        await eventually(async () => {
          const found = await exemplars(observers.prometheusUrl, `${series}_bucket{job="${job}"}`);
          const own = found.filter(({ series: labels }) => labels['http_route'] === route);
          expect(own).not.toEqual([]);
          for (const { traceId } of own) {
            const spans = await jaegerSpans(observers.jaegerUrl, traceId);
            expect(spans.filter(({ service }) => service === job)).not.toEqual([]);
          }
        });
      },
    );

    it.each(['SIGTERM', 'SIGKILL'] as const)(
      'nothing is missing when the collector ends with %s in between and comes again',
      async (signal) => {
        const traces: string[] = [];
        const orders = async (count: number): Promise<void> => {
          for (let index = 0; index < count; index++) traces.push(await placeOrder(order.url, never));
        };
        await orders(5);
        await observers.collector.stop(signal);
        await orders(10);
        await delay(3000);
        await observers.collector.start();
        await orders(5);
        await eventually(async () => {
          const incomplete = [];
          for (const traceId of traces) {
            const gone = missingFrom(await jaegerSpans(observers.jaegerUrl, traceId));
            if (gone.length > 0) incomplete.push({ traceId, gone });
          }
          expect(incomplete).toEqual([]);
        }, 90);
        expect(traces).toHaveLength(20);
      },
    );
  },
);
