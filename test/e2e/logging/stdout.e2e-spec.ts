import { decodeLogs, plainValue } from '@nest-telemetry/otlp';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { receiveHttp, refusedEndpoint, type Receiver } from '../otlp.receiver.js';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures');
/** Far more than a pipe and our share of the memory hold: some 40 MB. */
const LINES = 40_000;
const MEGABYTE = 1024 * 1024;

interface Chatty {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Waits for what the program says of itself. */
  says(name: string): Promise<string>;
  stderr(): string;
}

/** An application whose standard output is ours to neglect: nothing of it is read before somebody listens. */
function chatty(endpoint: string, lines: number): Chatty {
  const options = {
    endpoint,
    serviceName: 'chatty',
    logs: { format: 'json', batch: { maxQueueSize: 500, scheduledDelayMillis: 100 } },
    shutdown: { timeoutMillis: 1000 },
  };
  const child = spawn(process.execPath, [join(FIXTURES, 'chatty.mjs')], {
    cwd: FIXTURES,
    env: { PATH: process.env['PATH'], FIXTURE: JSON.stringify({ options, lines }) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stdin.on('error', () => undefined);
  return {
    child,
    stderr: () => text,
    async says(name) {
      const line = new RegExp(`^@${name} (.*)$`, 'm');
      while (!line.test(text)) await once(child.stderr, 'data');
      return line.exec(text)?.[1] ?? '';
    },
  };
}

async function end(program: Chatty): Promise<number | null> {
  const { child } = program;
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.stdin.end();
  await program.says('closed');
  return (await exited)[0];
}

const bodiesOf = ({ received }: Receiver): unknown[] =>
  received
    .filter(({ path }) => path === '/v1/logs')
    .flatMap(({ body }) => decodeLogs(body).resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
    .map(({ body }) => body && plainValue(body));

describe('Standard output', () => {
  it('that nobody reads costs a bounded part of the memory and no time, and what was lost is counted and said', async () => {
    await using receiver = await receiveHttp();
    const program = chatty(receiver.endpoint, LINES);
    const port = await program.says('listening');
    program.child.stdin.write('go');
    const { waiting, grown } = JSON.parse(await program.says('logged')) as { waiting: number; grown: number };
    expect(waiting).toBeGreaterThan(2 * MEGABYTE);
    expect(waiting).toBeLessThan(5 * MEGABYTE);
    // Neither the 40 MB that were logged nor a blocked process.
    expect(grown).toBeLessThan(150 * MEGABYTE);
    const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const counted = Number(/^nest_telemetry_log_lines_dropped_total(?:\{.*\})? (\d+)$/m.exec(page)?.[1]);
    expect(counted).toBeGreaterThan(LINES / 2);

    let text = '';
    program.child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    while (!text.includes('NT_LOG_LINES_DROPPED')) await once(program.child.stdout, 'data');
    expect(await end(program)).toBe(0);
    const lines = text.split('\n').filter((line) => line.startsWith('{'));
    const dropped = lines
      .map((line) => JSON.parse(line) as { message: string })
      .find(({ message }) => message.includes('NT_LOG_LINES_DROPPED'));
    expect(Number(/(\d+) log lines/.exec(dropped?.message ?? '')?.[1])).toBe(counted);
    expect(lines.filter((line) => line.includes('"Chatty"')).length).toBeLessThan(LINES);
    expect(bodiesOf(receiver).length).toBeGreaterThan(500);
  });

  it('that was closed loses lines and nothing else: records still arrive, and the application ends as ever', async () => {
    await using receiver = await receiveHttp();
    const program = chatty(receiver.endpoint, 300);
    await program.says('listening');
    program.child.stdout.destroy();
    program.child.stdin.write('go');
    await program.says('logged');
    expect(await end(program)).toBe(0);
    expect(bodiesOf(receiver).filter((body) => String(body).startsWith('line '))).toHaveLength(300);
    expect(program.stderr()).not.toContain('EPIPE');
  });

  it('and OTLP may both be gone', async () => {
    const program = chatty(await refusedEndpoint(), 3000);
    await program.says('listening');
    program.child.stdout.destroy();
    program.child.stdin.write('go');
    await program.says('logged');
    expect(await end(program)).toBe(0);
    expect(program.stderr()).not.toMatch(/Error|EPIPE/);
  });
});
