import 'nest-telemetry/testing/vitest';
import { recordTelemetry, type TelemetryRecorder, waitForSpans } from 'nest-telemetry/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningApp, startUser } from './running-app.js';
import { TRANSPORTS, type UsersApi } from './users-api.js';

describe.each(TRANSPORTS)('users over %s', (_transport, over) => {
  let telemetry: TelemetryRecorder;
  let app: RunningApp;
  let users: UsersApi;
  beforeAll(async () => {
    telemetry = recordTelemetry();
    app = await startUser();
    users = over(app);
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    users[Symbol.dispose]();
    await app[Symbol.asyncDispose]();
    await telemetry.stop();
  });

  it('answer with a seeded user', async () => {
    expect(await users.get(1)).toEqual({
      outcome: 'ok',
      body: {
        id: 1,
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        preferences: { locale: 'en-GB', newsletter: true },
        orders: 0,
      },
    });
  });

  it('say that a user does not exist', async () => {
    expect(await users.get(404)).toMatchObject({
      outcome: 'not found',
      body: { detail: 'User 404 does not exist.' },
    });
  });

  it('tell nothing of the inside for the damaged record', async () => {
    const { outcome, body } = await users.get(500);
    expect(outcome).toBe('failed');
    expect(JSON.stringify(body)).not.toMatch(/SyntaxError|JSON|position/);
  });

  it('name the field of an id that cannot be one', async () => {
    expect(await users.get(0)).toMatchObject({
      outcome: 'invalid',
      body: { detail: 'The request is not valid: id.' },
    });
  });

  it('are created, and can be read afterwards', async () => {
    const { outcome, body } = await users.create({ name: 'Joan Clarke', email: 'joan@example.com' });
    expect(outcome).toBe('ok');
    const created = body as { id: number };
    expect(created).toMatchObject({ preferences: { locale: 'en-GB', newsletter: false } });
    expect((await users.get(created.id)).body).toMatchObject({ name: 'Joan Clarke' });
  });

  it('name every field that is wrong in a new user', async () => {
    expect(await users.create({ name: '', email: 'nobody', locale: '?' })).toMatchObject({
      outcome: 'invalid',
      body: { detail: 'The request is not valid: name, email, locale.' },
    });
  });

  it('keep an e-mail address to one user', async () => {
    const twin = { name: 'Twin', email: 'twin@example.com' };
    expect((await users.create(twin)).outcome).toBe('ok');
    expect((await users.create(twin)).outcome).toBe('taken');
  });

  it('are traced from the call down to the statement', async () => {
    const { get: server } = users.serverSpans;
    await users.get(1);
    await waitForSpans(telemetry, server);
    expect(telemetry).toHaveSpan(server, { kind: 'server', status: 'unset', count: 1 });
    expect(telemetry).toHaveSpan('UsersService.get', { attributes: { 'user.id': 1 } });
    expect(telemetry).toHaveSpan('SELECT users', { kind: 'client', parent: 'UsersRepository.findById' });
    const [root, ...others] = new Set(telemetry.spans.map((span) => span.spanContext().traceId));
    expect(root).toBeDefined();
    expect(others).toEqual([]);
  });

  it('show on the server span whose fault an error is', async () => {
    const { get: server } = users.serverSpans;
    await users.get(404);
    await waitForSpans(telemetry, server);
    expect(telemetry).toHaveSpan(server, { status: 'unset', events: ['exception'] });
    telemetry.clear();
    await users.get(500);
    await waitForSpans(telemetry, server);
    expect(telemetry).toHaveSpan(server, { status: 'error', events: ['exception'] });
  });
});
