import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { LOOPBACK, unusedPort } from '../../tools/start/ports.ts';
import { startKafka } from '../services/kafka/kafka.ts';
import { at, configs, type Observers, ownMetrics, pathOf } from './observers.ts';
import { PROGRAMS } from './programs.ts';
import { answers, Running } from './running.ts';

const OTELCOL = join(import.meta.dirname, '..', '..', 'docker', 'otelcol');

/** The way that many machines go: an agent, gateways of which each has its share of traces, Kafka, and what reads from it into the store. */
export interface Scale extends AsyncDisposable {
  /** The addresses of the agent. */
  readonly otlpHttp: string;
  readonly otlpGrpc: string;
}

export async function startScale(
  folder: string,
  { jaegerOtlp, prometheusUrl, logsOtlp }: Pick<Observers, 'jaegerOtlp' | 'prometheusUrl' | 'logsOtlp'>,
): Promise<Scale> {
  await using started = new AsyncDisposableStack();
  const { brokers } = started.use(await startKafka());
  const gateways: string[] = [];
  for (const name of ['gateway-0', 'gateway-1']) {
    const otlp = await unusedPort();
    gateways.push(`${LOOPBACK}:${otlp}`);
    await start(name, join(OTELCOL, 'gateway.yaml'), {
      receivers: { otlp: { protocols: { grpc: at(otlp) } } },
    });
  }
  await start('ingester', join(OTELCOL, 'ingester.yaml'), {});
  const [grpc, http] = [await unusedPort(), await unusedPort()];
  await start('agent', await agentFile(folder, gateways), {
    receivers: { otlp: { protocols: { grpc: at(grpc), http: at(http) } } },
  });
  const all = started.move();
  return {
    otlpHttp: `http://${LOOPBACK}:${http}`,
    otlpGrpc: `http://${LOOPBACK}:${grpc}`,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };

  async function start(name: string, file: string, addresses: object): Promise<void> {
    const health = await unusedPort();
    const data = join(folder, `${name}.data`);
    await mkdir(data);
    started.use(
      await Running.start({
        name,
        command: pathOf(PROGRAMS.otelcol),
        args: await configs(folder, name, file, {
          ...addresses,
          extensions: { health_check: at(health) },
          service: await ownMetrics(),
        }),
        env: {
          HOSTNAME: name,
          KAFKA_BROKERS: brokers.join(','),
          JAEGER_OTLP_ENDPOINT: jaegerOtlp,
          PROMETHEUS_REMOTE_WRITE_URL: `${prometheusUrl}/api/v1/write`,
          LOKI_OTLP_ENDPOINT: logsOtlp,
          FILE_STORAGE_DIRECTORY: data,
        },
        folder,
        ready: () => answers(`http://${LOOPBACK}:${health}/`),
      }),
    );
  }
}

/** The agent's file, but for where it finds the gateways: on one machine they have one name and a port each. */
async function agentFile(folder: string, gateways: readonly string[]): Promise<string> {
  const agent = parse(await readFile(join(OTELCOL, 'agent.yaml'), 'utf8'), { merge: true }) as {
    exporters: { loadbalancing: { resolver: object } };
  };
  agent.exporters.loadbalancing.resolver = { static: { hostnames: gateways } };
  const file = join(folder, 'agent.yaml');
  await writeFile(file, stringify(agent));
  return file;
}
