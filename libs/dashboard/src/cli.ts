#!/usr/bin/env node
// `npx @nest-telemetry/dashboard`: starts the dashboard and serves until it is told to stop; with `mcp`, serves models.
import { parseArgs } from 'node:util';
import { isOldNode, NEEDED_NODE } from './node.version.js';

const USAGE = `Usage: nest-telemetry-dashboard [options]
       nest-telemetry-dashboard mcp [--url <address>] [--token <token>]

  --host <address>        listen here instead of 127.0.0.1 and ::1; takes a token
  --port <port>           of the page (4319)
  --otlp-http-port <port> of OTLP over HTTP (4318)
  --otlp-grpc-port <port> of OTLP over gRPC (4317)
  --no-grpc               take no OTLP over gRPC
  --token <token>         instead of a random one
  --insecure              no token; only on a loopback address
  --allow-host <name>     a host name the page may be asked for under; may be repeated
  --retention <how>       none (default): delete at the end; run: keep the last ten; resume: go on with one
  --directory <folder>    of the data
  --max-bytes <bytes>     most the data takes (268435456)
  --help`;

async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'mcp') {
    const { runMcp } = await import('./mcp/mcp.command.js');
    const { env, stdin: input, stdout: output } = process;
    await runMcp({ arguments: rest, env, input, output });
    return;
  }
  const { values } = parseArgs({
    options: {
      host: { type: 'string' },
      port: { type: 'string' },
      'otlp-http-port': { type: 'string' },
      'otlp-grpc-port': { type: 'string' },
      'no-grpc': { type: 'boolean', default: false },
      token: { type: 'string' },
      insecure: { type: 'boolean', default: false },
      'allow-host': { type: 'string', multiple: true },
      retention: { type: 'string' },
      directory: { type: 'string' },
      'max-bytes': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const given = {
    host: values.host,
    port: number(values.port),
    otlpHttpPort: number(values['otlp-http-port']),
    otlpGrpcPort: values['no-grpc'] ? null : number(values['otlp-grpc-port']),
    token: values.insecure ? null : values.token,
    allowedHosts: values['allow-host'],
    retention: values.retention,
    directory: values.directory,
    maxBytes: number(values['max-bytes']),
  };
  const { startDashboard } = await import('./dashboard.js');
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const dashboard = await startDashboard(options);
  process.stdout.write(
    [
      `Dashboard   ${dashboard.url}`,
      `OTLP/HTTP   ${dashboard.otlpHttpUrl ?? 'off'}`,
      `OTLP/gRPC   ${dashboard.otlpGrpcUrl ?? 'off'}`,
      'Ctrl-C stops it.',
      '',
    ].join('\n'),
  );
  const stop = (): void => {
    void dashboard.close().then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

if (isOldNode(process.versions.node)) {
  process.stderr.write(
    `nest-telemetry-dashboard needs Node ${NEEDED_NODE} or newer; this is ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else {
  main().catch((error: Error) => {
    process.stderr.write(`nest-telemetry-dashboard: ${error.message}\n`);
    process.exitCode = 1;
  });
}
