import { Test } from '@nestjs/testing';
import { AppModule } from '../src/app.module.js';
import { eventsServer } from '../src/events/broker.js';
import { Settings } from '../src/settings.js';
import { usersGrpcServer } from '../src/users/users.grpc.js';
import { unusedPort } from '../../../tools/start/ports.js';

/** The service on free ports with a database of its own. */
export interface RunningApp extends AsyncDisposable {
  readonly url: string;
  /** Address of its gRPC server. */
  readonly grpcUrl: string;
  /** Where it takes events. */
  readonly brokerUrl: string;
  request(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
}

export async function startUser(
  databasePath = ':memory:',
  settings: Partial<Pick<Settings, 'brokerUrl' | 'brokerQueue' | 'databaseUrl'>> = {},
): Promise<RunningApp> {
  const [grpcPort, eventsPort] = [await unusedPort(), await unusedPort()];
  const { databaseUrl, ...broker } = settings;
  const events = { brokerUrl: `tcp://127.0.0.1:${eventsPort}`, brokerQueue: 'unused', ...broker };
  const testing = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Settings)
    .useValue({
      host: '127.0.0.1',
      port: 0,
      grpcPort,
      ...events,
      databaseUrl,
      databasePath,
      databaseTimeoutMillis: 5000,
    } satisfies Settings)
    .compile();
  const app = testing.createNestApplication({ logger: false });
  const grpcUrl = `127.0.0.1:${grpcPort}`;
  app.connectMicroservice(eventsServer(events));
  app.connectMicroservice(usersGrpcServer(grpcUrl));
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const request = (path: string, init?: RequestInit) => fetch(new URL(path, url), init);
  return {
    url,
    grpcUrl,
    brokerUrl: events.brokerUrl,
    request,
    post: (path, body) =>
      request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => app.close(),
  };
}
