import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { childrenOf, isRunning } from './processes.js';
import { unusedPort } from '../../tools/start/ports.js';

const ROOT = join(import.meta.dirname, '..', '..');
const DIRECTLY = [process.execPath, join(ROOT, 'tools', 'start', 'main.ts')];
const BY_NPM = ['npm', 'start', '--'];
// The first run may have to build everything.
const TIMEOUT = 120_000;
const ANY_OTLP_PORTS = ['--otlp-http-port', '0', '--otlp-grpc-port', '0'];
const WAITING = { timeout: 30_000 };

class Run {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(temporary: string, command: readonly string[], options: readonly string[]) {
    const [program = '', ...parameters] = command;
    this.child = spawn(program, [...parameters, ...options], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  get id(): number {
    return this.child.pid ?? 0;
  }

  async prints(text: string): Promise<void> {
    while (!`${this.stdout}${this.stderr}`.includes(text)) {
      if (this.child.exitCode !== null)
        throw new Error(`ended before '${text}':\n${this.stdout}${this.stderr}`);
      await delay(50);
    }
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`)).ok;
  } catch {
    return false;
  }
}

/** npm's process of this run, and the services that one started. */
async function startedByNpm(run: Run): Promise<number[]> {
  const [main = 0] = await childrenOf(run.id);
  return [main, ...(await childrenOf(main))];
}

async function noneRuns(ids: readonly number[]): Promise<boolean> {
  const running = await Promise.all(ids.map(isRunning));
  return !running.includes(true);
}

describe('npm start', { timeout: TIMEOUT }, () => {
  const runs: Run[] = [];
  let temporary: string;
  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'start-e2e-'));
  });
  const startBy = (command: readonly string[], ...options: string[]): Run => {
    const run = new Run(temporary, command, options);
    runs.push(run);
    return run;
  };
  const start = (...options: string[]): Run => startBy(DIRECTLY, ...options);
  const startServing = async (command = DIRECTLY) => {
    const [userPort, orderPort] = [await unusedPort(), await unusedPort()];
    const ports = ['--user-port', String(userPort), '--order-port', String(orderPort)];
    const dashboardPort = await unusedPort();
    const run = startBy(command, ...ports, '--dashboard-port', String(dashboardPort), ...ANY_OTLP_PORTS);
    return { run, userPort, orderPort, dashboardPort };
  };
  afterEach(async () => {
    for (const run of runs.splice(0)) {
      run.child.kill('SIGTERM');
      await run.ended;
    }
    await rm(temporary, { recursive: true });
  });

  it('--once prints one trace over both services, without colours, ends with 0 and leaves nothing running', async () => {
    const run = start('--once', '--user-port', '0', '--order-port', '0');
    await run.prints('Placing an order');
    const services = await childrenOf(run.id);
    expect(services).toHaveLength(2);
    expect(await run.ended).toBe(0);
    expect(await noneRuns(services)).toBe(true);
    for (const part of [
      'POST /orders',
      'process-order',
      'reserve-item',
      'GET /users/:id',
      'SELECT',
      'send order.created ▸ producer',
      'process order.created ▸ consumer',
      'INSERT customer_orders',
      'placed',
    ]) {
      expect(run.stdout).toContain(part);
    }
    expect(run.stdout.match(/[0-9a-f]{32}/g)?.length).toBeGreaterThan(0);
    expect(run.stdout).not.toContain('\x1b[');
    expect(await readdir(temporary)).toEqual([]);
    expect(run.stderr).not.toContain('\x1b[');
  });

  it('--user-transport grpc shows the same trace with gRPC in the middle', async () => {
    const run = start('--once', '--user-port', '0', '--order-port', '0', '--user-transport', 'grpc');
    expect(await run.ended).toBe(0);
    expect(run.stdout).toMatch(/users\.v1\.Users\/GetUser ▸ client/);
    expect(run.stdout).toMatch(/users\.v1\.Users\/GetUser ▸ server/);
    expect(run.stdout).not.toContain('GET /users/:id');
  });

  it('names a port that is in use and the option to change it, in one line', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const run = start('--once', '--order-port', String(port), '--user-port', '0');
    expect(await run.ended).toBe(1);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(new RegExp(`^Port ${port} is in use.* --order-port <port>\\.\\n$`));
    holder.close();
    await once(holder, 'close');
  });

  it('refuses an unknown option in one line', async () => {
    const run = start('--twice');
    expect(await run.ended).toBe(1);
    expect(run.stderr).toBe("Unknown option '--twice'; see npm start -- --help.\n");
  });

  it('serves until Ctrl-C, then stops everything and ends with 0', async () => {
    const { run, userPort, orderPort, dashboardPort } = await startServing();
    await run.prints('Press Ctrl-C to stop.');
    const ports = [userPort, orderPort, dashboardPort];
    expect(await Promise.all(ports.map(answers))).toEqual([true, true, true]);
    const services = await childrenOf(run.id);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    expect(await Promise.all(ports.map(answers))).toEqual([false, false, false]);
    expect(await noneRuns(services)).toBe(true);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('shows the trace in the dashboard whose address it prints', async () => {
    const { run } = await startServing();
    await run.prints('Press Ctrl-C to stop.');
    const [, address = ''] = /^ {2}(http:\S+\/traces\/\S+)$/m.exec(run.stdout) ?? [];
    const { origin, pathname, searchParams } = new URL(address);
    const page = await fetch(address, { redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([303, pathname]);
    const authorization = `Bearer ${searchParams.get('token') ?? ''}`;
    const response = await fetch(`${origin}/api${pathname}`, { headers: { authorization } });
    const { summary } = (await response.json()) as { summary: object };
    expect(summary).toMatchObject({ name: 'POST /orders', rootArrived: true });
  });

  it('names a port of the dashboard that is in use and the option to change it, in one line', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const run = start(
      '--user-port',
      '0',
      '--order-port',
      '0',
      '--dashboard-port',
      '0',
      '--otlp-http-port',
      String(port),
    );
    expect(await run.ended).toBe(1);
    expect(run.stderr).toMatch(new RegExp(`^Port ${port} is in use.* --otlp-http-port <port>\\.\\n$`));
    holder.close();
    await once(holder, 'close');
  });

  it('leaves no process behind when it is interrupted while starting', async () => {
    const { run } = await startServing();
    await run.prints('Starting the services');
    const services = await childrenOf(run.id);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(130);
    expect(await noneRuns(services)).toBe(true);
  });

  it('leaves no process behind when it is killed', async () => {
    const { run, userPort, orderPort } = await startServing();
    await run.prints('Starting the services');
    await vi.waitUntil(async () => (await answers(userPort)) && (await answers(orderPort)), WAITING);
    const services = await childrenOf(run.id);
    run.child.kill('SIGKILL');
    await run.ended;
    // They notice by themselves, so they end a little later.
    await expect.poll(() => noneRuns(services), WAITING).toBe(true);
    expect([await answers(userPort), await answers(orderPort)]).toEqual([false, false]);
  });

  describe('by npm', () => {
    it('is stopped through it and ends with 0', async () => {
      const { run } = await startServing(BY_NPM);
      await run.prints('Press Ctrl-C to stop.');
      const processes = await startedByNpm(run);
      run.child.kill('SIGTERM');
      expect(await run.ended).toBe(0);
      expect(await noneRuns(processes)).toBe(true);
    });

    it('leaves no process behind when npm is killed', async () => {
      const { run } = await startServing(BY_NPM);
      await run.prints('Press Ctrl-C to stop.');
      const processes = await startedByNpm(run);
      run.child.kill('SIGKILL');
      await run.ended;
      await expect.poll(() => noneRuns(processes), WAITING).toBe(true);
    });
  });
});
