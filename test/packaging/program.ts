import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Collector } from '../../tools/start/collector.ts';
import type { TreeSpan } from '../../tools/start/trace.model.ts';

/** What a program wrote, and the spans it exported over OTLP. */
export interface Outcome {
  /** Exit code, or the signal that ended it. */
  readonly ended: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly spans: readonly TreeSpan[];
}

export interface ProgramOptions {
  /** Another Node than the one that runs this. */
  readonly node?: string | undefined;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Uses the program, which is asked to stop afterwards; without it the program is expected to end by itself. */
  readonly use?: (child: ChildProcess) => Promise<void>;
}

/** Runs a program with an OTLP collector to export to, until it ends. */
export async function runProgram(file: string, options: ProgramOptions = {}): Promise<Outcome> {
  const spans: TreeSpan[] = [];
  await using collector = await Collector.start({ onSpans: (received) => void spans.push(...received) });
  const spool = await mkdtemp(join(tmpdir(), 'nest-telemetry-packed-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(spool, { recursive: true, force: true }));
  const child = spawn(options.node ?? process.execPath, [file], {
    cwd: options.cwd,
    env: {
      PATH: process.env['PATH'],
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      TELEMETRY_SPOOL_DIRECTORY: spool,
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close');
  try {
    await options.use?.(child);
  } finally {
    if (options.use) child.kill('SIGTERM');
    await closed;
  }
  return { ended: child.exitCode ?? child.signalCode, stdout, stderr, spans };
}
