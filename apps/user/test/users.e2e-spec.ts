import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startUser } from './running-app.js';

describe('user service', () => {
  let user: RunningApp;
  beforeAll(async () => {
    user = await startUser();
  });
  afterAll(() => user[Symbol.asyncDispose]());

  it('is healthy', async () => {
    const response = await user.request('/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('answers with a seeded user', async () => {
    const response = await user.request('/users/1');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      id: 1,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      preferences: { locale: 'en-GB', newsletter: true },
      orders: 0,
    });
  });

  it('answers 404 as problem+json for a user that does not exist', async () => {
    const response = await user.request('/users/404');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      errors: [{ field: 'id' }],
    });
  });

  it('answers 500 for the damaged record and tells nothing of the inside', async () => {
    const response = await user.request('/users/500');
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
    });
  });

  it.each(['/users/abc', '/users/0', '/users/1.5', '/users/99999999999'])(
    'names the field of %s',
    async (path) => {
      const response = await user.request(path);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ status: 400, errors: [{ field: 'id' }] });
    },
  );

  it('creates a user that can be read afterwards', async () => {
    const response = await user.post('/users', { name: 'Joan Clarke', email: 'joan@example.com' });
    expect(response.status).toBe(201);
    const created = (await response.json()) as { id: number };
    const read = await user.request(`/users/${created.id}`);
    expect(await read.json()).toEqual({
      id: created.id,
      name: 'Joan Clarke',
      email: 'joan@example.com',
      preferences: { locale: 'en-GB', newsletter: false },
      orders: 0,
    });
  });

  it('names every field that is wrong in a new user', async () => {
    const response = await user.post('/users', { name: '', email: 'nobody' });
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field)).toEqual(['name', 'email']);
  });

  it('answers 400 for a body that is not JSON', async () => {
    const response = await user.request('/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":',
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('keeps an e-mail address to one user, also when it arrives several times at once', async () => {
    const twin = { name: 'Twin', email: 'twin@example.com' };
    const responses = await Promise.all(Array.from({ length: 5 }, () => user.post('/users', twin)));
    expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201, 409, 409, 409, 409,
    ]);
    const refused = responses.find(({ status }) => status === 409);
    expect(await refused?.json()).toMatchObject({ errors: [{ field: 'email' }] });
  });

  it('lists users by page', async () => {
    const response = await user.request('/users?page=2&limit=2');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ page: 2, limit: 2, items: [{ id: 3 }, { id: 500 }] });
  });

  it('refuses a page that is too large', async () => {
    const response = await user.request('/users?limit=101');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ field: 'limit' }] });
  });
});

describe('database of the user service', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'user-e2e-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is seeded on the first start only and kept afterwards', async () => {
    const databasePath = join(folder, 'new', 'user.sqlite');
    {
      await using user = await startUser(databasePath);
      expect((await user.post('/users', { name: 'Kept', email: 'kept@example.com' })).status).toBe(201);
    }
    await using user = await startUser(databasePath);
    expect(await (await user.request('/users')).json()).toMatchObject({ total: 5 });
  });
});
