import type { LogLevel } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { AppModule } from '../src/app.module.js';
import { Settings } from '../src/settings.js';

/** The service on a free port with a database of its own. */
export interface RunningApp extends AsyncDisposable {
  /** Lets a cron job run now. */
  runJob(name: string): Promise<void>;
  request(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export async function startOrder(
  settings: Partial<Settings>,
  { logger = false }: { readonly logger?: LogLevel[] | false } = {},
): Promise<RunningApp> {
  const testing = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Settings)
    .useValue({
      host: '127.0.0.1',
      port: 0,
      databaseUrl: undefined,
      databasePath: ':memory:',
      databaseTimeoutMillis: 5000,
      environment: 'test',
      userTransport: 'http',
      userUrl: 'http://127.0.0.1:1',
      userGrpcUrl: '127.0.0.1:1',
      userTimeoutMillis: 5000,
      brokerUrl: 'tcp://127.0.0.1:1',
      brokerQueue: 'unused',
      restocks: false,
      productCacheMillis: 30_000,
      ...settings,
    } satisfies Settings)
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const request = (path: string, init?: RequestInit) => fetch(new URL(path, url), init);
  return {
    runJob: async (name) => app.get(SchedulerRegistry).getCronJob(name).fireOnTick(),
    request,
    post: (path, body, headers) =>
      request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => app.close(),
  };
}
