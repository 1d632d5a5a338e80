import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../tools/start/build.ts';
import { ORDER } from '../../tools/start/order.ts';
import { LOOPBACK, unusedPort } from '../../tools/start/ports.ts';
import { Progress } from '../../tools/start/progress.ts';
import { Service } from '../../tools/start/services.ts';
import { whyNoKafka } from '../services/kafka/kafka.ts';
import { eventually } from './eventually.ts';
import { jaegerSpans } from './jaeger.api.ts';
import { missingObservers, type Observers, startObservers } from './observers.ts';
import { isRequired } from './programs.ts';
import { query } from './prometheus.api.ts';
import { startScale } from './scale.ts';

const missing = missingObservers();
const noKafka = await whyNoKafka();
const never = new AbortController().signal;
/** Reading this user fails inside. */
const BROKEN_USER = 500;

describe.skipIf((missing.length > 0 && !isRequired()) || noKafka !== undefined)(
  'With a real agent, two gateways, Kafka and its ingester (needs otelcol, jaeger, prometheus, Go: npm run interop:install)',
  () => {
    let stack: AsyncDisposableStack;
    let observers: Observers;
    let user: Service;
    let order: Service;

    beforeAll(async () => {
      if (missing.length > 0) throw new Error('npm run interop:install');
      await build({ dashboard: false }, new Progress(process.stderr), never);
      await using starting = new AsyncDisposableStack();
      const folder = starting.adopt(await mkdtemp(join(tmpdir(), 'nest-telemetry-scale-')), (path) =>
        rm(path, { recursive: true, force: true }),
      );
      observers = starting.use(await startObservers({ folder, fetched: {} }));
      const { otlpGrpc, otlpHttp } = starting.use(await startScale(folder, observers));
      const brokerUrl = `tcp://${LOOPBACK}:${await unusedPort()}`;
      const service = async (name: string, environment: Record<string, string>): Promise<Service> =>
        starting.use(
          new Service({
            name,
            port: await unusedPort(),
            environment: {
              BROKER_URL: brokerUrl,
              DATABASE_PATH: join(folder, `${name}.sqlite`),
              LOG_FORMAT: 'json',
              RESTOCK_CRON: 'off',
              OTEL_METRICS_EXPORTER: 'none',
              TELEMETRY_SPOOL_DIRECTORY: join(folder, `${name}.spool`),
              ...environment,
            },
            onLine: () => undefined,
          }),
        );
      user = await service('user', {
        OTEL_EXPORTER_OTLP_ENDPOINT: otlpGrpc,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      });
      order = await service('order', { OTEL_EXPORTER_OTLP_ENDPOINT: otlpHttp, USER_URL: user.url });
      await Promise.all([user.healthy(never), order.healthy(never)]);
      stack = starting.move();
      // Kafka and the services may have to be built first.
    }, 300_000);
    afterAll(() => stack?.disposeAsync());

    /** Asks for what the services fail at, or do well, and answers with the traces of that. */
    async function place(userId: number, times: number): Promise<string[]> {
      const traces: string[] = [];
      for (let index = 0; index < times; index++) {
        const response = await fetch(`${order.url}/orders`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...ORDER, userId }),
        });
        await response.arrayBuffer();
        traces.push(response.headers.get('x-trace-id') ?? '');
      }
      return traces;
    }

    /** The services that Jaeger has spans of, for each trace that it knows. */
    async function known(traces: readonly string[]): Promise<string[][]> {
      const found = [];
      for (const traceId of traces) {
        const spans = await jaegerSpans(observers.jaegerUrl, traceId);
        if (spans.length > 0) found.push([...new Set(spans.map(({ service }) => service))].toSorted());
      }
      return found;
    }

    it('every trace with an error is kept whole, few of the others, and all are measured, by both gateways', async () => {
      const well = await place(ORDER.userId, 60);
      const failed = await place(BROKEN_USER, 20);
      expect(failed).not.toContain('');
      await eventually(async () => {
        // Were the spans of a trace at different gateways, one of them would not see the error, and drop its part.
        expect(await known(failed)).toEqual(failed.map(() => ['order', 'user']));
      }, 90);
      // One in ten: that more than half is kept happens once in 10^14 times.
      expect((await known(well)).length).toBeLessThan(30);
      await eventually(async () => {
        const calls = await query(
          observers.prometheusUrl,
          'sum by (gateway) (traces_span_metrics_calls_total{service_name="user",span_name="GET /users/:id",span_kind="SPAN_KIND_SERVER"})',
        );
        expect(new Set(calls.map(({ labels }) => labels['gateway']))).toEqual(
          new Set(['gateway-0', 'gateway-1']),
        );
        const sum = calls.reduce((all, { samples }) => all + (samples[0]?.[1] ?? 0), 0);
        expect(sum).toBe(well.length + failed.length);
      }, 60);
    });
  },
);
