import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Program } from '../../e2e/program.js';
import type { Collector } from '../collector.js';
import type { Folder } from '../producer.js';

/** What an application of `fixtures/durable.mjs` does. */
export interface Work {
  /** Begins the names of its spans. */
  readonly run: string;
  /** Whether it serves HTTP; without, it ends when it has nothing left to do. */
  readonly serves?: boolean;
  /** Whether Nest listens to signals. */
  readonly hooks?: boolean;
  /** Spans to make on its own, and how many in a second; 0 is as fast as it can. */
  readonly count?: number;
  readonly rate?: number;
  /** Milliseconds it does nothing before its end. */
  readonly idle?: number;
  readonly end?: 'stay' | 'close' | 'exit' | 'throw' | 'reject' | 'natural';
}

/** A request whose answer arrived. */
export interface Answered {
  readonly id: string;
  readonly trace: string;
}

/** What an application tells when it has made its spans. */
export interface Produced {
  readonly produced: number;
  /** Most bytes of memory it had meanwhile. */
  readonly rss: number;
  /** Of the event loop, in milliseconds. */
  readonly p99: number;
}

/** An application with durable delivery to a collector. */
export class Application implements AsyncDisposable {
  readonly program: Program;
  readonly #run: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(
    folder: Folder,
    { endpoint }: Collector,
    work: Work,
    { delivery = {}, ...more }: { delivery?: object | 'memory'; enabled?: boolean } = {},
  ) {
    this.#run = work.run;
    const options = {
      endpoint,
      delivery: typeof delivery === 'string' ? delivery : { directory: folder.path, ...delivery },
      logs: { format: 'json' },
      traces: { lifecycle: false },
      ...more,
    };
    this.program = new Program('durable.mjs', {
      settings: { options, ...work },
      env: { OTEL_METRIC_EXPORT_INTERVAL: '1000' },
    });
  }

  /** Answers with the body. Rejects when the process dies before the answer is complete. */
  async ask(path: string, headers: Record<string, string> = {}): Promise<string> {
    const port = await this.program.says('listening');
    const request = get({ port, host: '127.0.0.1', path, agent: this.#agent, headers });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return await text(response);
  }

  /** Asks for work over and over, one request after the other, and returns those that were answered, the last one last. */
  async askOn(worker: number): Promise<Answered[]> {
    const answered: Answered[] = [];
    for (let number = 0; ; number += 1) {
      const id = `${this.#run}-${worker}-${number}`;
      const trace = randomBytes(16).toString('hex');
      try {
        await this.ask(`/task/${id}`, { traceparent: `00-${trace}-${'1'.repeat(16)}-01` });
      } catch {
        return answered;
      }
      answered.push({ id, trace });
    }
  }

  async produced(): Promise<Produced> {
    return JSON.parse(await this.program.says('produced')) as Produced;
  }

  /** Bytes of memory it had at the most since this was asked with `anew`. */
  async memory(how: 'anew' | 'most'): Promise<number> {
    return Number(await this.ask(`/memory/${how}`));
  }

  /** The value of a metric of the application's own page, over the series with a label; there has to be one. */
  async metric(name: string, label: string): Promise<number> {
    const page = await this.ask('/metrics');
    const values = [...page.matchAll(new RegExp(`^${name}\\{[^}]*${label}[^}]*\\} (\\S+)`, 'gm'))];
    if (values.length === 0) throw new Error(`the page has no ${name}:\n${page}`);
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.program[Symbol.asyncDispose]();
  }
}

/** Names of the spans of a request to `/task/:id`. */
export function spansOf(run: string, id: string): string[] {
  return [`/task/${id}`, ...['a', 'b', 'c'].map((part) => `${run}:${id}:${part}`)];
}

/** Waits until spans arrived, and returns those that did not in time. */
export async function missing(
  { taken }: Collector,
  expected: readonly string[],
  patienceMillis = 20_000,
): Promise<string[]> {
  const deadline = performance.now() + patienceMillis;
  let left = expected;
  for (;;) {
    left = left.filter((name) => !taken.has(name));
    if (left.length === 0 || performance.now() > deadline) return [...left];
    await delay(50);
  }
}
