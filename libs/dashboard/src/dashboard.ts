import { readFileSync } from 'node:fs';
import type { Http2Server } from 'node:http2';
import type { Server, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Settings, SettingsChange } from './api/api.types.js';
import { Arrivals } from './arrivals.js';
import { checkOptions, type DashboardOptions } from './dashboard.options.js';
import { listen } from './listen.js';
import { ByteBudget } from './receiver/byte.budget.js';
import type { Ingest } from './receiver/ingest.js';
import { otlpGrpcServer } from './receiver/otlp.grpc.js';
import { otlpHttpServer } from './receiver/otlp.http.js';
import { defaultDirectory, RunFiles } from './store/run.files.js';
import { RunStores } from './store/run.stores.js';
import type { IngestRequest, IngestResult } from './store/store.js';
import { StoreClient } from './store/store.client.js';
import { testTrace } from './test.trace.js';
import { Access, newToken } from './web/access.js';
import { ApiRouter } from './web/api.router.js';
import { LiveStream } from './web/live.stream.js';
import { StaticFiles } from './web/static.files.js';
import { webServer } from './web/web.server.js';

/**
 * A running dashboard.
 * @since 0.1.0
 */
export interface Dashboard {
  /** Address of the page, with its token. */
  readonly url: string;
  /** Where to send OTLP over HTTP; null when it is off. */
  readonly otlpHttpUrl: string | null;
  /** Where to send OTLP over gRPC; null when it is off. */
  readonly otlpGrpcUrl: string | null;
  /** Ends it; what was received is written before. */
  close(): Promise<void>;
}

const DEFAULT_BYTES = 256 * 1024 * 1024;
/** Of requests that are received, wait or are written: beyond, senders are told to come again. */
const MOST_REQUEST_BYTES = 64 * 1024 * 1024;
const NOTHING = { accepted: 0, rejected: 0, traceIds: [], logs: null } as const;

/**
 * Starts a dashboard in this process: receivers, store and page.
 * @throws DashboardError with what is wrong and what to do: `ND_OPTION_INVALID`, `ND_PORT_TAKEN`, `ND_LISTEN`,
 * `ND_DIRECTORY`, `ND_STORE_IN_USE`, `ND_STORE_UNREADABLE`
 * @since 0.1.0
 */
export async function startDashboard(options: DashboardOptions = {}): Promise<Dashboard> {
  checkOptions(options);
  const { retention = 'none', maxBytes = DEFAULT_BYTES } = options;
  const { host = '127.0.0.1' } = options;
  const token = options.token === undefined ? newToken() : options.token;
  const runs = new RunFiles(options.directory ?? defaultDirectory(process.env), retention);
  const store = new StoreClient({ file: runs.file, maxBytes }, { onRestart: tellOfRestart });
  const stores = new RunStores(runs, store);
  const storeOf = (run: string | null): Promise<StoreClient> => stores.of(run);
  const live = new LiveStream();
  const arrivals = new Arrivals(store, live);
  let paused = false;
  const budget = new ByteBudget(MOST_REQUEST_BYTES);
  const take = async (request: IngestRequest): Promise<IngestResult> => {
    const result = await store.ingest(request);
    arrivals.note(result);
    return result;
  };
  const ingest: Ingest = {
    budget,
    // Who pauses wants to look at what is there; senders are not to keep what comes meanwhile.
    take: async (request) => (paused ? NOTHING : take(request)),
  };
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const open = async (server: Server | Http2Server, port: number, option: string): Promise<number> => {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    const listening = await listen(server, { host: options.host, port, option });
    servers.push(...listening.servers);
    return listening.port;
  };
  const close = async (): Promise<void> => {
    live.close();
    arrivals.close();
    const closed = servers.map(closeServer);
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
    await stores.close();
    await store.close();
    runs.finish();
  };
  const where = { http: null as string | null, grpc: null as string | null };
  const settings = async (): Promise<Settings> => ({
    version: packageVersion(),
    retention,
    maxBytes,
    ingest: where,
    paused,
    mutedRoutes: await store.query('mutedRoutes', {}),
    run: runs.id,
    runs: runs.list(),
    totals: await store.query('totals', {}),
    storeRestarts: store.restarts,
  });
  const change = async (asked: SettingsChange): Promise<void> => {
    if (asked.paused !== undefined) paused = asked.paused;
    if (asked.mute !== undefined) await store.query('mute', { route: asked.mute, muted: true });
    if (asked.unmute !== undefined) await store.query('mute', { route: asked.unmute, muted: false });
    if (asked.ignoreFinding !== undefined)
      await store.query('ignoreFinding', { key: asked.ignoreFinding, ignored: true });
    if (asked.unignoreFinding !== undefined)
      await store.query('ignoreFinding', { key: asked.unignoreFinding, ignored: false });
  };
  const api = new ApiRouter({
    storeOf,
    settings,
    change,
    arrival: (traceId, timeoutMillis) => arrivals.next(traceId, timeoutMillis),
    clear: () => store.query('clear', {}),
    sendTestTrace: async () => {
      const { traceId, bytes } = testTrace(Date.now());
      await take({ signal: 'traces', encoding: 'protobuf', bytes });
      return { traceId };
    },
  });
  const hosts = [host.toLowerCase(), ...(options.allowedHosts ?? []).map((name) => name.toLowerCase())];
  const access = new Access({ token, hosts });
  const files = new StaticFiles(fileURLToPath(new URL('./ui', import.meta.url)));
  try {
    await store.open();
    const { port = 4319, otlpHttpPort = 4318, otlpGrpcPort = 4317 } = options;
    const pagePort = await open(
      webServer({ access, api, live, files, budget, storeOf, take }),
      port,
      '--port',
    );
    if (otlpHttpPort !== null)
      where.http = `http://${named(host)}:${await open(otlpHttpServer(ingest), otlpHttpPort, '--otlp-http-port')}`;
    if (otlpGrpcPort !== null)
      where.grpc = `http://${named(host)}:${await open(otlpGrpcServer(ingest), otlpGrpcPort, '--otlp-grpc-port')}`;
    const url = `http://${named(host)}:${pagePort}/${token === null ? '' : `?token=${token}`}`;
    return { url, otlpHttpUrl: where.http, otlpGrpcUrl: where.grpc, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whoever sees nothing come in finds out why. */
function tellOfRestart(reason: string, pauseMillis: number): void {
  process.stderr.write(
    `nest-telemetry-dashboard: The store ended (${reason}); it is started again in ${pauseMillis} ms.\n`,
  );
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) {
      resolve();
      return;
    }
    server.close(() => resolve());
  });
}

function named(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
