import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';
import type { Entrant } from './lineup.ts';
import type { Adapter, MessageTransport, ProcessReport, ServerReport } from './app/protocol.ts';

const COMPILED = new URL('app/dist/', import.meta.url);

/** Where ours keeps what it has not delivered; gone with the bench. */
const SPOOL = mkdtempSync(join(tmpdir(), 'nest-telemetry-bench-'));
process.on('exit', () => rmSync(SPOOL, { recursive: true, force: true }));

/** The same environment for every variant; nothing of the caller's own telemetry configuration leaks in. */
function environment(sinkPort: number, { env }: Entrant): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sinkPort}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    // A closed loop leaves no idle time to export in: with the default 2048 the batch processor would drop spans and
    // look cheaper than it is.
    OTEL_BSP_MAX_QUEUE_SIZE: '65536',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    TELEMETRY_SPOOL_DIRECTORY: SPOOL,
    ...env,
  };
}

/** Starts one variant in its own process and resolves when it listens. */
export function startSubject(
  entrant: Entrant,
  adapter: Adapter,
  shape: 'users' | 'empty',
  sinkPort: number,
): Promise<{ child: Child<ServerReport>; ready: ServerReport }> {
  return start<ServerReport>('server.js', entrant, [adapter, shape], sinkPort);
}

/** Starts one variant that sends messages to itself, and resolves when it listens. */
export function startMessages(
  entrant: Entrant,
  transport: MessageTransport,
  concurrency: number,
  sinkPort: number,
): Promise<{ child: Child<ProcessReport>; ready: ProcessReport }> {
  return start<ProcessReport>('messages.js', entrant, [transport, String(concurrency)], sinkPort);
}

function start<Report>(
  file: string,
  entrant: Entrant,
  args: readonly string[],
  sinkPort: number,
): Promise<{ child: Child<Report>; ready: Report }> {
  const preload =
    entrant.preload === undefined
      ? []
      : ['--import', new URL(`variants/${entrant.preload}.js`, COMPILED).href];
  return Child.start<Report>(new URL(file, COMPILED), {
    args: [entrant.variant ?? entrant.name, ...args],
    execArgv: preload,
    env: environment(sinkPort, entrant),
  });
}
