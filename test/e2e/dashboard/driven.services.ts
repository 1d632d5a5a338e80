import { join } from 'node:path';
import { build } from '../../../tools/start/build.js';
import { LOOPBACK, unusedPort } from '../../../tools/start/ports.js';
import { Program } from '../program.js';
import { temporaryFolder } from './dashboard.program.js';

const APPS = join(import.meta.dirname, '..', '..', '..', 'apps');

/** Telemetry leaves soon, so that nobody waits long for it. */
export function sendingTo(otlpHttp: string): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpHttp,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BLRP_SCHEDULE_DELAY: '100',
    OTEL_METRIC_EXPORT_INTERVAL: '500',
    LOG_FORMAT: 'json',
  };
}

/** An order as a customer places it. */
export function orderOf(cardToken = 'tok_visa'): object {
  const lines = ['espresso-beans', 'filter-paper'].map((sku) => ({ sku, quantity: 1 }));
  return { userId: 1, lines, cardToken };
}

/** Both services of this repository, each a process of its own, as they are built. */
export class DrivenServices implements AsyncDisposable {
  private constructor(
    private readonly programs: AsyncDisposableStack,
    readonly urls: { readonly user: string; readonly order: string },
  ) {}

  /** @param orderEnv - what is different about the order service */
  static async start(
    otlpHttp: string,
    orderEnv: Readonly<Record<string, string>> = {},
  ): Promise<DrivenServices> {
    const quietly = { step: (_title: string, run: () => unknown) => run() } as Parameters<typeof build>[1];
    await build({ dashboard: false }, quietly, new AbortController().signal);
    await using programs = new AsyncDisposableStack();
    const shared = {
      ...sendingTo(otlpHttp),
      HOST: LOOPBACK,
      PORT: '0',
      BROKER_URL: `tcp://${LOOPBACK}:${await unusedPort()}`,
      RESTOCK_CRON: 'off',
    };
    const data = programs.use(temporaryFolder());
    const serve = async (name: string, env: Readonly<Record<string, string>>): Promise<string> => {
      const cwd = join(APPS, name, 'dist');
      const program = programs.use(
        new Program('main.js', {
          cwd,
          env: { ...shared, DATABASE_PATH: join(data.path, `${name}.sqlite`), ...env },
        }),
      );
      const [, url = ''] = await program.prints(/service is listening on (http:\/\/[\d.:]+)/);
      return url;
    };
    const user = await serve('user', {});
    const order = await serve('order', { USER_URL: user, ...orderEnv });
    return new DrivenServices(programs.move(), { user, order });
  }

  async ask(
    service: 'user' | 'order',
    path: string,
    init: {
      readonly method?: string;
      readonly body?: object;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Response> {
    const { method = 'GET', body, headers } = init;
    const response = await fetch(new URL(path, this.urls[service]), {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return response;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.programs[Symbol.asyncDispose]();
  }
}
