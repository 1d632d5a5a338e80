import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unusedPort } from '../../../tools/start/ports.js';

/** Whether a Prometheus server (Debian package `prometheus`) is installed. */
export const hasPrometheus = spawnSync('prometheus', ['--version']).error === undefined;

/** One page that is scraped, and the labels its samples get. */
export interface Target {
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A sample as Prometheus has stored it. */
export interface StoredSample {
  /** With the name as `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusOptions {
  /** Where all targets are, as `host:port`. */
  readonly address: string;
  readonly targets: readonly Target[];
  readonly intervalSeconds: number;
}

const START_LIMIT_MILLIS = 20_000;

/** A Prometheus server of our own, on loopback, with its data in a folder that goes with it. */
export class Prometheus implements AsyncDisposable {
  /** What it complained about. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly url: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaints.push(...text.split('\n').filter((line) => /level=(warn|error)/.test(line)));
    });
  }

  static async start(options: PrometheusOptions): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const file = join(folder, 'prometheus.yml');
    await writeFile(file, JSON.stringify(configurationOf(options)));
    const address = `127.0.0.1:${await unusedPort()}`;
    const flags = {
      'config.file': file,
      'storage.tsdb.path': join(folder, 'data'),
      'web.listen-address': address,
      'enable-feature': 'exemplar-storage',
      'log.level': 'warn',
    };
    const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
    const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const prometheus = new Prometheus(`http://${address}`, folder, child);
    await prometheus.#ready();
    return prometheus;
  }

  /** Every sample an instant query finds. */
  async query(query: string): Promise<StoredSample[]> {
    const { result } = await this.#ask<{
      result: { metric: Record<string, string>; value: [number, string] }[];
    }>(`query?${new URLSearchParams({ query }).toString()}`);
    return result.map(({ metric, value: [, text] }) => ({ labels: metric, value: numberOf(text) }));
  }

  /** Exemplars of the last minutes. */
  async exemplars(query: string): Promise<Readonly<Record<string, string>>[]> {
    const now = Date.now() / 1000;
    const range = { query, start: String(now - 600), end: String(now + 1) };
    const found = await this.#ask<{ exemplars: { labels: Record<string, string> }[] }[]>(
      `query_exemplars?${new URLSearchParams(range).toString()}`,
    );
    return found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  async #ask<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    const answer = (await response.json()) as { data: T; error?: string };
    if (!response.ok) throw new Error(`Prometheus: ${answer.error ?? response.status}`);
    return answer.data;
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MILLIS;
    while (performance.now() < deadline && this.child.exitCode === null) {
      // oxlint-disable-next-line no-await-in-loop -- asked until it answers
      const ready = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (ready?.ok) return;
      // oxlint-disable-next-line no-await-in-loop
      await sleep(50);
    }
    await this[Symbol.asyncDispose]();
    throw new Error(`Prometheus does not start: ${this.complaints.join('\n')}`);
  }
}

/** JSON is YAML. */
function configurationOf({ address, targets, intervalSeconds }: PrometheusOptions): unknown {
  const seconds = `${intervalSeconds}s`;
  return {
    global: { scrape_interval: seconds, scrape_timeout: seconds },
    scrape_configs: [
      {
        job_name: 'pages',
        static_configs: targets.map(({ path, labels }) => ({
          targets: [address],
          labels: { __metrics_path__: path, instance: path, ...labels },
        })),
      },
    ],
  };
}

function numberOf(text: string): number {
  return text.endsWith('Inf') ? Number(text.replace('Inf', 'Infinity')) : Number(text);
}
