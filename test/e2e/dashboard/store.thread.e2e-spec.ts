import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from './dashboard.program.js';

const CLI = join(import.meta.dirname, '..', '..', '..', 'libs', 'dashboard', 'dist', 'cli.js');
const PRELOAD = new URL('./mortal.threads.mjs', import.meta.url).href;
const PORTS = ['--port', '0', '--otlp-http-port', '0', '--no-grpc', '--insecure'];

it('A dashboard whose store thread dies starts it again, keeps what it has, and tells senders to come again', async () => {
  using folder = temporaryFolder();
  const parameters = ['--import', PRELOAD, CLI, '--directory', join(folder.path, 'data'), ...PORTS];
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    let [output, complaints] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    while (!output.includes('Ctrl-C')) await Promise.race([once(child.stdout, 'data'), failure(child)]);
    const [page = '', ingest = ''] = output.match(/http:\/\/[^/\s]+/g) ?? [];
    const send = (span: number): Promise<Response> =>
      fetch(`${ingest}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          resourceSpans: [
            {
              scopeSpans: [
                { spans: [{ traceId: 'a'.repeat(32), spanId: span.toString(16).padStart(16, '0') }] },
              ],
            },
          ],
        }),
      });
    const settings = (): Promise<Response> => fetch(`${page}/api/settings`);
    expect((await send(1)).status).toBe(200);
    expect(await (await settings()).json()).toMatchObject({ storeRestarts: { count: 0, lastReason: null } });

    child.kill('SIGUSR2');
    while (!complaints.includes('started again')) await once(child.stderr, 'data');
    const turnedAway = await until(() => send(2));
    const unanswered = await until(settings);
    for (const { status, headers } of [...turnedAway, ...unanswered])
      expect([status, headers.get('retry-after')]).toEqual([503, '1']);

    expect(await (await settings()).json()).toMatchObject({
      totals: { traces: 1, spans: 2 },
      storeRestarts: { count: 1, lastReason: expect.any(String) },
    });
    expect(complaints.split('\n').filter(Boolean)).toEqual([
      expect.stringMatching(
        /^nest-telemetry-dashboard: The store ended \(.+\); it is started again in 250 ms\.$/,
      ),
    ]);
    expect(child.exitCode).toBeNull();
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

/** Answers that were no success, up to the first one that is. */
async function until(ask: () => Promise<Response>): Promise<Response[]> {
  const others: Response[] = [];
  for (;;) {
    const response = await ask();
    await response.arrayBuffer();
    if (response.status === 200) return others;
    others.push(response);
    await delay(20);
  }
}

async function failure(child: ReturnType<typeof spawn>): Promise<never> {
  await once(child, 'close');
  throw new Error('The dashboard ended.');
}
