import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { DashboardApi } from './dashboard.api.js';
import { serveLines } from './json.rpc.js';
import { McpServer } from './mcp.server.js';

const USAGE = `Usage: nest-telemetry-dashboard mcp [options]

Serves the Model Context Protocol on standard input and output, from a dashboard that is running.

  --url <address>   of the dashboard (NEST_TELEMETRY_DASHBOARD_URL, else http://127.0.0.1:4319); the one that is
                    printed at its start brings the token along
  --token <token>   (NEST_TELEMETRY_DASHBOARD_TOKEN)
  --help`;

export interface McpSurroundings {
  readonly arguments: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly input: Readable;
  readonly output: Writable;
}

/** `nest-telemetry-dashboard mcp`: serves until the input ends. */
export async function runMcp({ arguments: args, env, input, output }: McpSurroundings): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      token: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    output.write(`${USAGE}\n`);
    return;
  }
  const api = new DashboardApi({
    url: values.url ?? env['NEST_TELEMETRY_DASHBOARD_URL'] ?? 'http://127.0.0.1:4319',
    token: values.token ?? env['NEST_TELEMETRY_DASHBOARD_TOKEN'],
  });
  const server = new McpServer({ api, version: packageVersion() });
  await serveLines(input, output, server.handle);
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
