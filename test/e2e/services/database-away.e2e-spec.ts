import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startOrder } from '../../../apps/order/test/running-app.js';
import { startUser } from '../../../apps/user/test/running-app.js';
import { TRANSPORTS } from '../../../apps/user/test/users-api.js';
import { createDatabase, whyNoPostgresql } from '../../services/postgresql.js';
import { type Relay, startRelay } from '../../services/relay.js';

/** A service whose way to its database can be made bad. */
interface Subject extends AsyncDisposable {
  request(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
}

const missing = await whyNoPostgresql();
const skipped = missing !== undefined && process.env['REQUIRE_SERVICES'] !== '1';

const ORDER = { userId: 1, lines: [{ sku: 'filter-paper', quantity: 1 }], cardToken: 'tok_visa' };

describe.skipIf(skipped)(`While PostgreSQL is away${skipped ? ` (skipped: ${missing})` : ''}`, () => {
  let stack: AsyncDisposableStack;
  let relay: Relay;
  let user: Awaited<ReturnType<typeof startUser>>;
  let order: Subject;

  beforeAll(async () => {
    if (missing !== undefined) throw new Error(`No PostgreSQL: ${missing}`);
    await using starting = new AsyncDisposableStack();
    const database = starting.use(await createDatabase());
    relay = starting.use(await startRelay(database.url));
    const { url: databaseUrl } = relay;
    user = starting.use(await startUser(':memory:', { databaseUrl }));
    // The customer is known to another user service, so that an order comes as far as the database.
    const users = starting.use(await startUser());
    // Nothing cached: a list of products may be answered without a database, and orders may not.
    order = starting.use(await startOrder({ databaseUrl, userUrl: users.url, productCacheMillis: 0 }));
    stack = starting.move();
  });
  afterAll(() => stack?.disposeAsync());

  const questions: [string, () => Promise<Response>][] = [
    ['an order', () => order.post('/orders', ORDER)],
    ['an order by its number', () => order.request('/orders/1')],
    ['the stock', () => order.request('/inventory')],
    ['a user', () => user.request('/users/1')],
    ['a new user', () => user.post('/users', { name: 'Joan Clarke', email: 'joan@example.com' })],
    ['the health of the order service', () => order.request('/health')],
    ['the health of the user service', () => user.request('/health')],
  ];

  /** What a caller sees of an answer. */
  async function seen(question: () => Promise<Response>): Promise<object> {
    const response = await question();
    const { status, headers } = response;
    return {
      status,
      contentType: headers.get('content-type')?.split(';')[0],
      retryAfter: headers.get('retry-after'),
      body: await response.json(),
    };
  }
  const unavailable = {
    status: 503,
    contentType: 'application/problem+json',
    retryAfter: '5',
    body: {
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'The database does not answer.',
    },
  };

  /** A pool finds out one by one which of its connections have ended. */
  async function answered(question: () => Promise<Response>, status = 200): Promise<void> {
    await vi.waitFor(async () => expect((await question()).status).toBe(status), { timeout: 20_000 });
  }

  it.each(questions)('%s is answered with 503 and when to come again', async (_, question) => {
    relay.cut();
    expect(await seen(question)).toEqual(unavailable);
  });

  it.each(TRANSPORTS)('a user asked for over %s is unavailable', async (_, over) => {
    relay.cut();
    using users = over(user);
    expect(await users.get(1)).toMatchObject({
      outcome: 'unavailable',
      body: { detail: 'The database does not answer.' },
    });
  });

  it('everything is answered again when it is back', async () => {
    relay.cut();
    expect(await seen(() => order.post('/orders', ORDER))).toEqual(unavailable);
    relay.mend();
    await answered(() => order.post('/orders', ORDER), 201);
    await answered(() => user.request('/users/1'));
  });

  it('nothing hangs when it takes connections and statements and is silent', async () => {
    relay.mend();
    // Each service then has a connection that is well, and will wait on it.
    await answered(() => order.request('/health'));
    await answered(() => user.request('/health'));
    relay.stall();
    const answers = await Promise.all(questions.map(([, question]) => seen(question)));
    expect(answers).toEqual(questions.map(() => unavailable));
  });
});
