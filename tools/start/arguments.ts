import { parseArgs } from 'node:util';
import { StartError } from './start.error.ts';

/** What the order service asks the user service over. */
export type UserTransport = 'http' | 'grpc';

export interface StartArguments {
  readonly help: boolean;
  /** Whether to end after the first trace instead of serving. */
  readonly once: boolean;
  /** `0` picks a free port. */
  readonly userPort: number;
  readonly orderPort: number;
  readonly userTransport: UserTransport;
  /** Undefined when none is wanted. */
  readonly dashboard: DashboardPorts | undefined;
}

/** Where the dashboard listens: its page, and OTLP of any other program. */
export interface DashboardPorts {
  readonly page: number;
  readonly otlpHttp: number;
  readonly otlpGrpc: number;
}

export const USER_PORT_OPTION = '--user-port';
export const ORDER_PORT_OPTION = '--order-port';

export const DASHBOARD_PORT_OPTIONS = {
  page: '--dashboard-port',
  otlpHttp: '--otlp-http-port',
  otlpGrpc: '--otlp-grpc-port',
} as const satisfies Record<keyof DashboardPorts, string>;

export const HELP = `Usage: npm start -- [options]

Builds and starts the user and order services, places one order, prints its trace and shows it in the dashboard.

  --once               end after the trace was printed, without a dashboard
  ${USER_PORT_OPTION} <port>   port of the user service (default 3001, 0 picks a free one)
  ${ORDER_PORT_OPTION} <port>  port of the order service (default 3002, 0 picks a free one)
  --user-transport <name>
                       what the order service asks the user service over: http (default) or grpc
  --no-dashboard       only print traces
  ${DASHBOARD_PORT_OPTIONS.page} <port>
                       port of the dashboard (default 4319, 0 picks a free one)
  ${DASHBOARD_PORT_OPTIONS.otlpHttp} <port>, ${DASHBOARD_PORT_OPTIONS.otlpGrpc} <port>
                       where the dashboard takes OTLP of other programs (default 4318 and 4317)
  --help               print this text`;

export function parseArguments(argv: readonly string[]): StartArguments {
  const { values } = parse(argv);
  const userPort = parsePort(USER_PORT_OPTION, values['user-port']);
  const orderPort = parsePort(ORDER_PORT_OPTION, values['order-port']);
  if (userPort === orderPort && userPort !== 0) {
    throw new StartError(
      `${USER_PORT_OPTION} and ${ORDER_PORT_OPTION} are both ${userPort}; choose two ports.`,
    );
  }
  const userTransport = parseTransport(values['user-transport']);
  const ports = {
    page: parsePort(DASHBOARD_PORT_OPTIONS.page, values['dashboard-port']),
    otlpHttp: parsePort(DASHBOARD_PORT_OPTIONS.otlpHttp, values['otlp-http-port']),
    otlpGrpc: parsePort(DASHBOARD_PORT_OPTIONS.otlpGrpc, values['otlp-grpc-port']),
  };
  const { help, once } = values;
  // What ends by itself leaves nobody the time to look.
  const dashboard = once || values['no-dashboard'] ? undefined : ports;
  return { help, once, userPort, orderPort, userTransport, dashboard };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        once: { type: 'boolean', default: false },
        'user-port': { type: 'string', default: '3001' },
        'order-port': { type: 'string', default: '3002' },
        'no-dashboard': { type: 'boolean', default: false },
        'dashboard-port': { type: 'string', default: '4319' },
        'otlp-http-port': { type: 'string', default: '4318' },
        'otlp-grpc-port': { type: 'string', default: '4317' },
        'user-transport': { type: 'string', default: 'http' },
      },
    });
  } catch (error) {
    const [reason = ''] = error instanceof Error ? error.message.split(/\.\s/) : [];
    throw new StartError(`${reason.replace(/\.$/, '')}; see npm start -- --help.`, { cause: error });
  }
}

function parsePort(option: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new StartError(`${option} is '${text}'; a port is a number from 0 to 65535.`);
}

function parseTransport(text: string): UserTransport {
  if (text === 'http' || text === 'grpc') return text;
  throw new StartError(`--user-transport is '${text}'; it can be http or grpc.`);
}
