import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { LOOPBACK, unusedPort } from '../../tools/start/ports.ts';
import { find, type ForeignProgram, PROGRAMS } from './programs.ts';
import { answers, Running } from './running.ts';

const DOCKER = join(import.meta.dirname, '..', '..', 'docker');
const SCRAPE_INTERVAL = '1s';

/** Collector, Jaeger and Prometheus, each with its file of the stack; only addresses are those of this machine. */
export interface Observers extends AsyncDisposable {
  readonly collector: Running;
  readonly jaeger: Running;
  readonly prometheus: Running;
  /** Values for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly otlpHttp: string;
  readonly otlpGrpc: string;
  readonly jaegerUrl: string;
  /** Where Jaeger takes spans, `host:port`. */
  readonly jaegerOtlp: string;
  readonly prometheusUrl: string;
  /** Where logs are taken, by OTLP over HTTP. */
  readonly logsOtlp: string;
}

export interface ObserversOptions {
  /** Where they keep their files and their output. */
  readonly folder: string;
  /** What Prometheus fetches: names of services and their ports. */
  readonly fetched: Readonly<Record<string, number>>;
}

/** Programs without which there are no {@link Observers}, and are not there. */
export function missingObservers(): ForeignProgram[] {
  return [PROGRAMS.otelcol, PROGRAMS.jaeger, PROGRAMS.prometheus].filter(
    (program) => find(program) === undefined,
  );
}

export async function startObservers({ folder, fetched }: ObserversOptions): Promise<Observers> {
  await using started = new AsyncDisposableStack();
  const [jaegerOtlp, jaegerHttp, jaegerGrpc, jaegerHealth] = [
    await unusedPort(),
    await unusedPort(),
    await unusedPort(),
    await unusedPort(),
  ];
  const [grpc, http, health] = [await unusedPort(), await unusedPort(), await unusedPort()];
  const prometheusPort = await unusedPort();
  const logsOtlp = await logSink(started);
  const jaegerUrl = `http://${LOOPBACK}:${jaegerHttp}`;
  const prometheusUrl = `http://${LOOPBACK}:${prometheusPort}`;

  const jaeger = started.use(
    await Running.start({
      name: 'jaeger',
      command: pathOf(PROGRAMS.jaeger),
      args: await configs(folder, 'jaeger', join(DOCKER, 'jaeger', 'jaeger.yaml'), {
        receivers: { otlp: { protocols: { grpc: at(jaegerOtlp) } } },
        extensions: {
          healthcheckv2: { http: at(jaegerHealth) },
          jaeger_query: { http: at(jaegerHttp), grpc: at(jaegerGrpc) },
        },
        service: await ownMetrics(),
      }),
      env: { JAEGER_DIRECTORY: await newFolder(folder, 'jaeger') },
      folder,
      ready: () => answers(`${jaegerUrl}/api/services`),
    }),
  );
  const prometheus = started.use(
    await Running.start({
      name: 'prometheus',
      command: pathOf(PROGRAMS.prometheus),
      args: [
        ...(await prometheusFlags()),
        `--config.file=${await prometheusFile(folder, fetched)}`,
        `--storage.tsdb.path=${await newFolder(folder, 'prometheus')}`,
        `--web.listen-address=${LOOPBACK}:${prometheusPort}`,
      ],
      folder,
      ready: () => answers(`${prometheusUrl}/-/ready`),
    }),
  );
  const collector = started.use(
    await Running.start({
      name: 'collector',
      command: pathOf(PROGRAMS.otelcol),
      args: await configs(folder, 'collector', join(DOCKER, 'otelcol', 'collector.yaml'), {
        receivers: { otlp: { protocols: { grpc: at(grpc), http: at(http) } } },
        extensions: { health_check: at(health) },
        service: await ownMetrics(),
      }),
      env: {
        JAEGER_OTLP_ENDPOINT: `${LOOPBACK}:${jaegerOtlp}`,
        PROMETHEUS_OTLP_ENDPOINT: `${prometheusUrl}/api/v1/otlp`,
        LOKI_OTLP_ENDPOINT: logsOtlp,
        FILE_STORAGE_DIRECTORY: await newFolder(folder, 'collector'),
      },
      folder,
      ready: () => answers(`http://${LOOPBACK}:${health}/`),
    }),
  );
  const all = started.move();
  return {
    collector,
    jaeger,
    prometheus,
    otlpHttp: `http://${LOOPBACK}:${http}`,
    otlpGrpc: `http://${LOOPBACK}:${grpc}`,
    jaegerUrl,
    jaegerOtlp: `${LOOPBACK}:${jaegerOtlp}`,
    prometheusUrl,
    logsOtlp,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** In the place of Loki, which is not built here: takes everything. */
async function logSink(resources: AsyncDisposableStack): Promise<string> {
  const server = createServer((request, response) => {
    request.on('end', () => response.writeHead(200).end()).resume();
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  resources.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
}

export function pathOf(program: ForeignProgram): string {
  const path = find(program);
  if (path === undefined)
    throw new Error(`${program.name} is missing: npm run interop:install ${program.name}`);
  return path;
}

/** Where a collector shows its own metrics. */
export async function ownMetrics(): Promise<object> {
  const port = await unusedPort();
  return {
    telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { host: LOOPBACK, port } } } }] } },
  };
}

export function at(port: number): { endpoint: string } {
  return { endpoint: `${LOOPBACK}:${port}` };
}

/** The file of the stack, and over it the addresses; a collector merges both. */
export async function configs(
  folder: string,
  name: string,
  file: string,
  addresses: object,
): Promise<string[]> {
  const over = join(folder, `${name}.addresses.yaml`);
  await writeFile(over, stringify(addresses));
  return [`--config=${file}`, `--config=${over}`];
}

/** How the stack starts it, but for where its files are. */
async function prometheusFlags(): Promise<string[]> {
  const compose = parse(await readFile(join(DOCKER, 'compose.yaml'), 'utf8'), { merge: true }) as {
    services: { prometheus: { command: string[] } };
  };
  return compose.services.prometheus.command.filter(
    (flag) => !/^--(config\.file|storage\.tsdb\.path)=/.test(flag),
  );
}

async function prometheusFile(folder: string, fetched: Readonly<Record<string, number>>): Promise<string> {
  const source = await readFile(join(DOCKER, 'prometheus', 'prometheus.yaml'), 'utf8');
  const config = parse(source) as {
    global: Record<string, string>;
    rule_files: string[];
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };
  config.global = { scrape_interval: SCRAPE_INTERVAL, evaluation_interval: SCRAPE_INTERVAL };
  config.rule_files = config.rule_files.map((rules) => join(DOCKER, 'prometheus', rules));
  config.scrape_configs = config.scrape_configs
    .filter(({ job_name }) => job_name in fetched)
    .map((job) => ({ ...job, static_configs: [{ targets: [`${LOOPBACK}:${fetched[job.job_name]}`] }] }));
  const file = join(folder, 'prometheus.yaml');
  await writeFile(file, stringify(config));
  return file;
}

async function newFolder(parent: string, name: string): Promise<string> {
  const path = join(parent, `${name}.data`);
  await mkdir(path, { recursive: true });
  return path;
}
