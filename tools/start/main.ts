import { HELP, ORDER_PORT_OPTION, parseArguments, USER_PORT_OPTION } from './arguments.ts';
import { build } from './build.ts';
import { dashboardPorts } from './dashboard.ts';
import { demonstrate } from './demonstration.ts';
import { freePort } from './ports.ts';
import { Progress } from './progress.ts';
import { StartError } from './start.error.ts';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
const PARENT_CHECK_MILLIS = 500;

const stop = new AbortController();
let interruptedBy: keyof typeof SIGNALS | undefined;
function interrupt(signal: keyof typeof SIGNALS): void {
  interruptedBy ??= signal;
  stop.abort();
}
for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
  process.on(signal, () => interrupt(signal));
}
if (process.env.npm_lifecycle_event !== undefined) {
  // npm passes on SIGINT and SIGTERM only; ended by anything else, it would leave us behind.
  const npm = process.ppid;
  setInterval(() => process.ppid !== npm && interrupt('SIGTERM'), PARENT_CHECK_MILLIS).unref();
}

async function main(): Promise<void> {
  const options = parseArguments(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  const userPort = await freePort(options.userPort, USER_PORT_OPTION);
  const orderPort = await freePort(options.orderPort, ORDER_PORT_OPTION);
  const ports = options.dashboard === undefined ? undefined : await dashboardPorts(options.dashboard);
  const progress = new Progress(process.stderr);
  await build({ dashboard: ports !== undefined }, progress, stop.signal);
  const { once, userTransport } = options;
  await demonstrate(
    { userPort, orderPort, userTransport, once, dashboardPorts: ports },
    progress,
    stop.signal,
  );
}

try {
  await main();
} catch (error) {
  if (interruptedBy !== undefined) {
    // Before there was anything to see: the shell's convention for an interrupted command.
    process.exitCode = 128 + SIGNALS[interruptedBy];
  } else {
    console.error(error instanceof StartError ? error.message : error);
    process.exitCode = 1;
  }
}
