import { Test } from '@nestjs/testing';
import { AppModule } from '../src/app.module.js';
import { Settings } from '../src/settings.js';

/** The service on a free port with a database of its own. */
export interface RunningApp extends AsyncDisposable {
  request(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
}

export async function startUser(databasePath = ':memory:'): Promise<RunningApp> {
  const testing = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Settings)
    .useValue({ host: '127.0.0.1', port: 0, databaseUrl: undefined, databasePath } satisfies Settings)
    .compile();
  const app = testing.createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const request = (path: string, init?: RequestInit) => fetch(new URL(path, url), init);
  return {
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
