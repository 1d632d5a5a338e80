import type { RouteStats } from '@nest-telemetry/dashboard';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Program } from '../program.js';
import { PATIENCE } from './patience.js';
import { unusedPort } from '../../../tools/start/ports.js';

const PATH = '/dev/telemetry';

/** An application that starts a dashboard. */
interface Served extends AsyncDisposable {
  readonly program: Program;
  readonly port: number;
}

/** The dashboard that an application starts, on one adapter. */
export function describeDashboardModule(adapter: 'Express' | 'Fastify'): void {
  describe(`TelemetryDashboardModule on ${adapter}`, PATIENCE.test, () => {
    let directory: string;
    beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'dashboard-module-'))));
    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    function start(dashboard: object, telemetry?: object): Program {
      const usual = { path: PATH, directory, port: 0, otlpHttpPort: 0, otlpGrpcPort: null };
      return new Program('viewed.mjs', {
        settings: { adapter, dashboard: { ...usual, ...dashboard }, telemetry },
      });
    }

    async function serve(dashboard: object, telemetry?: object): Promise<Served> {
      const program = start(dashboard, telemetry);
      const port = Number(await program.says('listening'));
      return { program, port, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
    }

    it('leads from a path of the application to the page, with the token, and ends with it', async () => {
      await using served = await serve({});
      const answer = await redirect(`http://127.0.0.1:${served.port}${PATH}`);
      expect(answer).toMatchObject({ status: 303, cacheControl: 'no-store' });
      expect(answer.location).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{32}$/);
      expect(await ask(answer.location, 'settings')).toMatchObject({ retention: 'none' });
      served.program.kill('SIGTERM');
      await served.program.ended;
      await expect(ask(answer.location, 'settings')).rejects.toThrow('fetch failed');
    });

    it('hands the token to nobody who asks by another name, or from another machine', async () => {
      await using served = await serve({});
      const { location } = await redirect(`http://127.0.0.1:${served.port}${PATH}`, 'evil.example');
      expect(new URL(location).search).toBe('');
      const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
      for (const { address } of addresses.filter(({ family, internal }) => family === 'IPv4' && !internal)) {
        const answer = await redirect(`http://${address}:${served.port}${PATH}`, 'localhost');
        expect(new URL(answer.location).search).toBe('');
      }
    });

    it('leads to the dashboard that is there already when the port is taken', async () => {
      await using first = await serve({});
      const there = new URL((await redirect(`http://127.0.0.1:${first.port}${PATH}`)).location);
      await using second = await serve({ port: Number(there.port) });
      expect(second.program.stdout + second.program.stderr).toContain('[ND_PORT_TAKEN]');
      const { location } = await redirect(`http://127.0.0.1:${second.port}${PATH}`);
      expect(location).toBe(`${there.origin}/`);
    });

    it('keeps an application from starting whose options are wrong', async () => {
      await using program = start({ token: 'short' });
      expect(await program.ended).toMatchObject({ code: 1 });
      expect(program.stderr).toContain('ND_OPTION_INVALID');
    });

    it('knows the routes of an application that sends its telemetry there', async () => {
      const otlpHttpPort = await unusedPort();
      const endpoint = `http://127.0.0.1:${otlpHttpPort}`;
      await using served = await serve({ otlpHttpPort }, { serviceName: 'shop', endpoint });
      const { location } = await redirect(`http://127.0.0.1:${served.port}${PATH}`);
      const route = { service: 'shop', method: 'ALL', declared: true, controller: 'CatchAllController' };
      await vi.waitFor(
        async () =>
          expect((await ask(location, 'routes')) as RouteStats[]).toContainEqual(
            expect.objectContaining(route),
          ),
        PATIENCE.poll,
      );
    });
  });
}

/** Asks the API of a dashboard, by the address with its token. */
async function ask(location: string, what: string): Promise<unknown> {
  const { origin, searchParams } = new URL(location);
  const headers = { authorization: `Bearer ${searchParams.get('token') ?? ''}` };
  const response = await fetch(`${origin}/api/${what}`, { headers });
  return response.json();
}

interface Answer {
  readonly status: number | undefined;
  readonly location: string;
  readonly cacheControl: string | undefined;
}

/** A request that follows no redirection, for a name that can be chosen. */
async function redirect(url: string, host = new URL(url).host): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { host } }, (response) => {
      response.resume();
      const { location = '', 'cache-control': cacheControl } = response.headers;
      resolve({ status: response.statusCode, location, cacheControl });
    }).on('error', reject);
  });
}
