import { connect as connectHttp2 } from 'node:http2';
import { readdirSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DashboardProgram, endedDashboard, temporaryFolder } from './dashboard.program.js';
import { PATIENCE } from './patience.js';

const MEGABYTE = 1024 * 1024;
const folder = temporaryFolder();
let dashboard: DashboardProgram;
beforeAll(async () => {
  dashboard = await DashboardProgram.start(join(folder.path, 'data'));
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const READS = [
  'overview',
  'traces',
  `traces/${'a'.repeat(32)}`,
  'routes',
  'map',
  'logs',
  'metrics',
  'metrics/series',
  'doctor',
  'settings',
  'stream?topics=traces',
  'export',
  'nothing',
].map((name) => `/api/${name}`);
const CHANGES = ['settings', 'clear', 'test-trace', 'import'].map((name) => `/api/${name}`);
const CHANGE = { 'content-type': 'application/json', 'x-nest-telemetry': '1' };

async function statusOf(
  path: string,
  ...parameters: Parameters<DashboardProgram['ask']> extends [string, ...infer Rest] ? Rest : never
): Promise<number> {
  return (await dashboard.ask(path, ...parameters)).status;
}

describe('Who may see the dashboard', () => {
  it.each(READS)('GET %s takes the token', async (path) => {
    expect(await statusOf(path)).toBe(401);
    expect(await statusOf(path, { headers: { authorization: 'Bearer wrong' } })).toBe(401);
    expect(
      await statusOf(path, {
        headers: { cookie: `nest-telemetry-dashboard-${new URL(dashboard.origin).port}=` },
      }),
    ).toBe(401);
  });

  it.each(CHANGES)('POST %s takes the token', async (path) => {
    expect(await statusOf(path, { method: 'POST', headers: CHANGE, body: '{}' })).toBe(401);
  });

  it('exchanges the token in the printed address for a cookie, once and for all', async () => {
    const { pathname, search } = new URL(dashboard.url);
    const { status, headers } = await dashboard.ask(`/traces/1${search}&q=a`);
    expect([pathname, status, headers['location']]).toEqual(['/', 303, '/traces/1?q=a']);
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^nest-telemetry-dashboard-\d+=[0-9a-f]{32}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(
      await statusOf('/api/settings', { headers: { cookie: `other=1; ${cookie.split(';')[0] ?? ''}` } }),
    ).toBe(200);
    expect((await dashboard.ask('/?token=0123456789abcdef')).status).toBe(401);
    expect((await dashboard.ask(`//evil.example/${search}`)).headers['location']).not.toMatch(/^\/\//);
  });

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '0', '127.0.0.2', '[::2]'])(
    'is asked for as its own host only, not as "%s"',
    async (host) => {
      for (const path of ['/', '/api/settings', '/api/stream?topics=traces'])
        expect([path, await statusOf(path, { headers: { ...dashboard.headers, host } })]).toEqual([
          path,
          421,
        ]);
    },
  );

  it('is asked for as localhost, too', async () => {
    const { port } = new URL(dashboard.origin);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, 'LOCALHOST'])
      expect([host, await statusOf('/api/settings', { headers: { ...dashboard.headers, host } })]).toEqual([
        host,
        200,
      ]);
  });

  it.each([
    { origin: 'http://evil.example' },
    { origin: 'http://localhost:1' },
    { origin: 'https://127.0.0.1' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('is not for pages of another site: %j', async (headers) => {
    const all = { ...dashboard.headers, ...(headers as unknown as Record<string, string>) };
    for (const path of ['/', ...READS])
      expect([path, await statusOf(path, { headers: all })]).toEqual([path, 403]);
    for (const path of CHANGES)
      expect([
        path,
        await statusOf(path, { method: 'POST', headers: { ...all, ...CHANGE }, body: '{}' }),
      ]).toEqual([path, 403]);
  });

  it.each([
    [{ 'content-type': 'application/json' }, 415],
    [{ 'content-type': 'text/plain', 'x-nest-telemetry': '1' }, 415],
    [{ 'content-type': 'application/x-www-form-urlencoded', 'x-nest-telemetry': '1' }, 415],
    [{ 'x-nest-telemetry': '1' }, 415],
  ])('is changed by JSON with a header of its own only: %j', async (headers, status) => {
    for (const path of CHANGES)
      expect([
        path,
        await statusOf(path, {
          method: 'POST',
          headers: { ...dashboard.headers, ...(headers as unknown as Record<string, string>) },
          body: '{}',
        }),
      ]).toEqual([path, status]);
  });

  it('knows no other methods, and never allows another origin anything', async () => {
    const origin = { origin: dashboard.origin, 'access-control-request-method': 'POST' };
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
      for (const path of ['/', '/api/settings', '/api/clear']) {
        const { status, headers } = await dashboard.ask(path, {
          method,
          headers: { ...dashboard.headers, ...origin },
        });
        expect([method, path, status]).toEqual([method, path, 405]);
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
    for (const path of ['/', '/api/settings']) {
      const { headers } = await dashboard.ask(path, {
        headers: { ...dashboard.headers, origin: dashboard.origin },
      });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('tells browsers to load nothing from elsewhere and to be framed by nobody', async () => {
    for (const path of ['/', '/api/settings', '/nothing.js']) {
      const { headers } = await dashboard.ask(path, { headers: dashboard.headers });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
      const policy = String(headers['content-security-policy']);
      for (const part of [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ])
        expect(policy).toContain(part);
      expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:/);
    }
  });
});

describe('Files of the page', () => {
  it('are those of the build', async () => {
    const { status, body, headers } = await dashboard.ask('/traces/anything');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(body.toString()) ?? [];
    expect((await dashboard.ask(script)).headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it.each([
    '/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/cli.js',
    '/assets/../../cli.js',
    '/assets/..%5c..%5ccli.js',
    '//etc/passwd.js',
    '/assets/%00.js',
    '/cli.js',
    '/../cli.js',
    '/\\..\\cli.js',
  ])('end at their folder: %s', async (path) => {
    const { status, body } = await dashboard.ask(path);
    expect(status).toBe(404);
    expect(body.toString()).not.toMatch(/import|"name"/);
  });

  it('are asked for by addresses that are addresses', async () => {
    expect(await statusOf('//')).toBe(400);
  });
});

describe('Where the data is', () => {
  it('is a file only its user reads, in a folder only its user enters', () => {
    const data = join(folder.path, 'data');
    expect(statSync(data).mode & 0o777).toBe(0o700);
    const files = readdirSync(data);
    expect(files.some((name) => name.endsWith('.db'))).toBe(true);
    for (const name of files) expect([name, statSync(join(data, name)).mode & 0o777]).toEqual([name, 0o600]);
  });
});

describe('What is asked for', () => {
  it.each([
    'traces/x',
    `traces/${'A'.repeat(32)}`,
    `traces/${'a'.repeat(33)}`,
    "traces/'--",
    'logs?traceId=1',
    "logs?spanId='or'1",
    'traces?limit=x',
    'logs?fromUs=Infinity',
  ])('%s is refused', async (path) => {
    const { status, body } = await dashboard.ask(`/api/${path}`, { headers: dashboard.headers });
    expect(status).toBe(400);
    expect(JSON.parse(body.toString())).toMatchObject({
      error: { code: expect.stringMatching(/^ND_(ID|PARAMETER)_INVALID$/) },
    });
  });

  it.each([
    'q="',
    'q=*',
    'q=a AND',
    'q=NEAR(a b)',
    "q='; DROP TABLE span; --",
    'q=%00',
    'q=%F0%9F%98%80',
    `q=${'"a '.repeat(600)}`,
    "service=' OR 1=1 --",
    'before=1;2',
    'sort=x',
    'limit=1e300',
    'limit=-1',
  ])('a list with %s is answered', async (query) => {
    const [name, value = ''] = query.split(/=(.*)/s, 2);
    for (const list of ['traces', 'logs'])
      expect([
        list,
        await statusOf(`/api/${list}?${name}=${encodeURIComponent(value)}`, { headers: dashboard.headers }),
      ]).toEqual([list, 200]);
  });

  it('runs that are not there, or are paths, are not opened', async () => {
    for (const run of ['1', '../../etc/passwd', '/etc/passwd', '..', '%00'])
      expect([run, await statusOf(`/api/traces?run=${run}`, { headers: dashboard.headers })]).toEqual([
        run,
        404,
      ]);
  });

  it('settings do not take what is none', async () => {
    for (const body of [
      'null',
      '[]',
      '"x"',
      '{',
      '{"__proto__":{"paused":true}}',
      '{"paused":"yes","mute":5}',
    ])
      expect([200, 400]).toContain((await dashboard.change('/api/settings', body)).status);
    expect(await dashboard.json('/api/settings')).toMatchObject({ paused: false, mutedRoutes: [] });
  });
});

describe('Somebody who sends too much', PATIENCE.test, () => {
  const OTLP = { 'content-type': 'application/x-protobuf' };
  const alive = async () => expect(await dashboard.json('/api/settings')).toHaveProperty('totals');

  it('is refused a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * MEGABYTE));
    const before = await dashboard.memory();
    const bombs = Array.from({ length: 20 }, () =>
      dashboard.ask(
        '/v1/traces',
        { method: 'POST', headers: { ...OTLP, 'content-encoding': 'gzip' }, body: bomb },
        dashboard.otlpHttp,
      ),
    );
    for (const { status } of await Promise.all(bombs)) expect([413, 429]).toContain(status);
    expect((await dashboard.memory()) - before).toBeLessThan(300 * MEGABYTE);
    const change = await dashboard.ask('/api/settings', {
      method: 'POST',
      headers: { ...dashboard.headers, ...CHANGE, 'content-encoding': 'gzip' },
      body: bomb,
    });
    expect(change.status).toBe(413);
    await alive();
  });

  it('is refused 100 MB, announced or not', async () => {
    const before = await dashboard.memory();
    const body = Buffer.alloc(100 * MEGABYTE, ' ');
    // Who is told in the middle may see the connection end rather than the answer.
    const send = async (headers: Record<string, string>): Promise<number> => {
      try {
        return (
          await dashboard.ask(
            '/v1/traces',
            { method: 'POST', headers: { ...OTLP, ...headers }, body },
            dashboard.otlpHttp,
          )
        ).status;
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toMatch(/^(EPIPE|ECONNRESET)$/);
        return 413;
      }
    };
    expect(await send({ 'content-length': String(body.length) })).toBe(413);
    expect(await send({ 'transfer-encoding': 'chunked' })).toBe(413);
    expect((await dashboard.memory()) - before).toBeLessThan(200 * MEGABYTE);
    await alive();
  });

  it('is refused what would take too much to hold at once', async () => {
    const before = await dashboard.memory();
    const sockets = Array.from({ length: 30 }, () => {
      const socket = connect(Number(new URL(dashboard.otlpHttp).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(
        `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${10 * MEGABYTE}\r\n\r\n`,
      );
      socket.write(Buffer.alloc(8 * MEGABYTE));
      return socket;
    });
    const refused = (): number => sockets.filter((socket) => socket.bytesRead > 0).length;
    for (const socket of sockets) socket.resume();
    await expect.poll(refused, PATIENCE.poll).toBeGreaterThan(20);
    expect((await dashboard.memory()) - before).toBeLessThan(250 * MEGABYTE);
    await alive();
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(
        () => statusOf('/v1/traces', { method: 'POST', headers: OTLP, body: '' }, dashboard.otlpHttp),
        PATIENCE.poll,
      )
      .toBe(200);
  });

  it('is given no more than ten streams, and 200 idle connections of each kind cost little', async () => {
    const before = await dashboard.memory();
    const open = (at: string, text: string): Socket => {
      const socket = connect(Number(new URL(at).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(text);
      return socket;
    };
    const { host } = new URL(dashboard.origin);
    const request = `GET /api/stream?topics=traces,logs,totals HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${dashboard.token}\r\n\r\n`;
    const answers: string[] = [];
    const accepted: Socket[] = [];
    const streams = Array.from({ length: 200 }, () => open(dashboard.origin, request));
    for (const stream of streams)
      stream.setEncoding('latin1').once('data', (text: string) => {
        const status = text.slice(9, 12);
        answers.push(status);
        if (status === '200') accepted.push(stream);
      });
    const idle = Array.from({ length: 200 }, () => open(dashboard.otlpHttp, ''));
    const sessions = Array.from({ length: 200 }, () =>
      connectHttp2(dashboard.otlpGrpc).on('error', () => {}),
    );
    await expect.poll(() => answers.length, PATIENCE.poll).toBe(200);
    expect(answers.filter((status) => status === '200')).toHaveLength(10);
    expect(answers.filter((status) => status === '429')).toHaveLength(190);
    // Streams nobody reads from but one, while there is much to tell.
    const [read, ...unread] = accepted;
    for (const stream of unread) stream.pause();
    let told = '';
    read?.on('data', (text: string) => (told += text));
    let last = '';
    for (let round = 0; round < 50; round += 1) {
      const { body } = await dashboard.change('/api/test-trace');
      ({ traceId: last } = JSON.parse(body.toString()) as { traceId: string });
    }
    await expect.poll(() => told.includes(last), PATIENCE.poll).toBe(true);
    expect((await dashboard.memory()) - before).toBeLessThan(150 * MEGABYTE);
    await alive();
    for (const socket of [...streams, ...idle]) socket.destroy();
    for (const session of sessions) session.destroy();
    await expect
      .poll(async () => {
        const controller = new AbortController();
        const response = await fetch(`${dashboard.origin}/api/stream?topics=traces`, {
          headers: dashboard.headers,
          signal: controller.signal,
        });
        controller.abort();
        return response.status;
      }, PATIENCE.poll)
      .toBe(200);
  });

  it('reads nothing where telemetry is sent', async () => {
    for (const path of ['/', '/api/traces', '/api/settings', '/api/stream'])
      expect([
        path,
        (await dashboard.ask(path, { headers: dashboard.headers }, dashboard.otlpHttp)).status,
      ]).toEqual([path, 404]);
  });
});

describe('Other addresses', () => {
  it.each([
    ['0.0.0.0', '--insecure'],
    ['192.0.2.1', '--insecure'],
    ['::', '--insecure'],
  ])('are listened on with a token only: %s', async (host, flag) => {
    const { code, stderr } = await endedDashboard(
      '--host',
      host,
      flag,
      '--directory',
      join(folder.path, 'other'),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^nest-telemetry-dashboard: token: null is not allowed; it takes a token, because others can reach \S+\.\n$/,
    );
  });

  it('are asked for under the address a request came to, or a name that was allowed', async () => {
    await using open = await DashboardProgram.start(
      join(folder.path, 'open'),
      '--host',
      '0.0.0.0',
      '--allow-host',
      'box.local',
      '--token',
      'a-token-of-my-own-1',
    );
    const at = `http://127.0.0.1:${new URL(open.origin).port}`;
    const headers = { authorization: 'Bearer a-token-of-my-own-1' };
    expect((await open.ask('/api/settings', {}, at)).status).toBe(401);
    expect((await open.ask('/api/settings', { headers }, at)).status).toBe(200);
    expect(
      (await open.ask('/api/settings', { headers: { ...headers, host: 'box.local:4319' } }, at)).status,
    ).toBe(200);
    expect(
      (await open.ask('/api/settings', { headers: { ...headers, host: 'evil.example' } }, at)).status,
    ).toBe(421);
  });

  it.each([
    [['--token', 'short'], /^nest-telemetry-dashboard: token: /],
    [['--token', 'with spaces; and more'], /^nest-telemetry-dashboard: token: /],
    [['--port', '70000'], /^nest-telemetry-dashboard: port: 70000 /],
    [['--retention', 'forever'], /^nest-telemetry-dashboard: retention: forever /],
    [['--max-bytes', '5'], /^nest-telemetry-dashboard: maxBytes: 5 /],
    [['--nonsense'], /^nest-telemetry-dashboard: Unknown option/],
  ])('options that are wrong are named: %j', async (options, message) => {
    const { code, stderr } = await endedDashboard(...options, '--directory', join(folder.path, 'other'));
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });
});
