import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasOpenMetricsParser, parseOpenMetrics } from '../metrics/openmetrics-parser.js';
import { hasPromtool, promtoolProblems } from '../metrics/promtool.js';
import { Program } from '../program.js';
import { ask, byWorker } from './cluster.client.js';

const REQUIRED = process.env['REQUIRE_SERVICES'] === '1';
const COUNT = 'http_server_request_duration_seconds_count';
const ORDERS = 'http_route="/orders"';
const OPEN = { accept: 'application/openmetrics-text;version=1.0.0' };
const SCRAPES = 30;
/** Longer than a worker waits for another. */
const BLOCKED_MILLIS = 9_000;

function start(settings: object, folder: string): Program {
  return new Program('cluster.mjs', { settings, env: { TMPDIR: folder } });
}

describe.each(['express', 'fastify'])('The metrics page of a cluster of three workers on %s', (adapter) => {
  const folder = mkdtempSync(join(tmpdir(), 'nt-cluster-'));
  /** Requests to `/orders` that each worker has answered, as the workers say themselves. */
  const answered = new Map<string, number>();
  let program: Program;
  let url: string;
  let workers = ['1', '2', '3'];

  const order = async () => {
    const { worker } = await ask(`${url}/orders`);
    answered.set(worker, (answered.get(worker) ?? 0) + 1);
  };
  const scrape = (headers?: Record<string, string>) => ask(`${url}/metrics`, headers);

  beforeAll(async () => {
    program = start({ adapter }, folder);
    url = `http://127.0.0.1:${await program.says('port')}`;
    for (let request = 0; request < 9; request += 1) await order();
  });
  afterAll(async () => {
    await program[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has the series of every worker, whichever of them is asked, and they never go back', async () => {
    expect([...answered.keys()].toSorted()).toEqual(workers);
    const asked = new Set<string>();
    for (let round = 0; round < SCRAPES; round += 1) {
      await order();
      const { worker, status, text } = await scrape(round % 2 === 0 ? OPEN : {});
      asked.add(worker);
      expect(status).toBe(200);
      expect(byWorker(text, COUNT, ORDERS)).toEqual(answered);
      expect([...byWorker(text, 'target_info').keys()].toSorted()).toEqual(workers);
      expect(byWorker(text, 'process_cpu_time_seconds_total').size).toBe(3);
      expect(text).not.toMatch(/^[a-z]\w*(?!.*worker=).* \S+$/m);
    }
    expect([...asked].toSorted()).toEqual(workers);
  });

  it('keeps workers apart when several scrape at once', async () => {
    const pages = await Promise.all(Array.from({ length: 12 }, () => scrape()));
    for (const { text } of pages) expect(byWorker(text, COUNT, ORDERS)).toEqual(answered);
  });

  it.skipIf(!hasPromtool && !REQUIRED)('is valid text for Prometheus (needs promtool)', async () => {
    expect(hasPromtool, 'promtool must be installed when REQUIRE_SERVICES=1').toBe(true);
    const { text } = await scrape();
    expect(text.match(new RegExp(`# TYPE ${COUNT.replace('_count', '')} `, 'g'))).toHaveLength(1);
    expect(promtoolProblems(text)).not.toMatch(/error|invalid|duplicate/i);
  });

  it.skipIf(!hasOpenMetricsParser && !REQUIRED)(
    'is valid OpenMetrics for an independent parser (needs python3-prometheus-client)',
    async () => {
      expect(
        hasOpenMetricsParser,
        'python3-prometheus-client must be installed when REQUIRE_SERVICES=1',
      ).toBe(true);
      const families = parseOpenMetrics((await scrape(OPEN)).text);
      const durations = families.find(({ name }) => name === 'http_server_request_duration_seconds');
      const seen = durations?.samples.map(({ labels }) => labels['worker'] ?? 'none');
      expect([...new Set(seen)].toSorted()).toEqual(workers);
    },
  );

  it('goes on when a worker is killed, and has the one that takes its place', async () => {
    process.kill(Number(await program.says('worker-2')), 'SIGKILL');
    answered.delete('2');
    const replaced = program.says('worker-4');
    // Until the primary knows, it hands connections to the dead one, and they hang: no scraper gets past that.
    await program.says('gone-2');
    const { status } = await scrape();
    expect(status).toBe(200);
    await replaced;
    workers = ['1', '3', '4'];
    for (let request = 0; request < 6; request += 1) await order();
    expect([...answered.keys()].toSorted()).toEqual(workers);
    for (let round = 0; round < 6; round += 1) {
      const { text } = await scrape();
      expect(byWorker(text, COUNT, ORDERS)).toEqual(answered);
      expect([...byWorker(text, 'target_info').keys()].toSorted()).toEqual(workers);
    }
  });

  it('does not wait for a worker whose event loop is blocked, and says that it did not', async () => {
    const blocked = ask(`${url}/block/${BLOCKED_MILLIS}`);
    await sleep(200);
    // One of the three is blocked itself, and answers when it is not any more.
    const pages = await Promise.all([scrape(), scrape(), scrape()]);
    const { worker } = await blocked;
    const others = workers.filter((each) => each !== worker);
    const partial = pages.filter(({ text }) => !byWorker(text, 'target_info').has(worker));
    expect(partial).toHaveLength(2);
    for (const { status, text } of partial) {
      expect(status).toBe(200);
      expect([...byWorker(text, 'target_info').keys()].toSorted()).toEqual(others);
    }
    const { text } = await scrape();
    expect([...byWorker(text, 'target_info').keys()].toSorted()).toEqual(workers);
    const unanswered = byWorker(text, 'nest_telemetry_metrics_workers_unanswered_total', 'timeout');
    expect([...unanswered.keys()].toSorted()).toEqual(others);
  });

  it('leaves nothing behind', async () => {
    expect(readdirSync(folder)).toHaveLength(1);
    program.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ code: 0 });
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('A worker that serves nothing, and works on jobs, is on the page of the others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nt-cluster-'));
  try {
    await using program = start({ workers: 2, jobs: true }, folder);
    await program.says('jobs');
    const { text } = await ask(`http://127.0.0.1:${await program.says('port')}/metrics`);
    expect([...byWorker(text, 'process_cpu_time_seconds_total').keys()].toSorted()).toEqual(['1', '2', '3']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('Workers that are not to be put together show a page each, as if they were alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nt-cluster-'));
  try {
    await using program = start({ options: { metrics: { cluster: false } } }, folder);
    const url = `http://127.0.0.1:${await program.says('port')}`;
    const { text } = await ask(`${url}/metrics`);
    expect([...byWorker(text, 'target_info').keys()]).toEqual(['none']);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
