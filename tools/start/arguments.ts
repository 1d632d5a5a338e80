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
}

export const USER_PORT_OPTION = '--user-port';
export const ORDER_PORT_OPTION = '--order-port';

export const HELP = `Usage: npm start -- [options]

Builds and starts the user and order services, places one order and prints its trace.

  --once               end after the trace was printed
  ${USER_PORT_OPTION} <port>   port of the user service (default 3001, 0 picks a free one)
  ${ORDER_PORT_OPTION} <port>  port of the order service (default 3002, 0 picks a free one)
  --user-transport <name>
                       what the order service asks the user service over: http (default) or grpc
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
  return { help: values.help, once: values.once, userPort, orderPort, userTransport };
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
        'user-transport': { type: 'string', default: 'http' },
      },
    });
  } catch (error) {
    const [reason = ''] = error instanceof Error ? error.message.split('. ') : [];
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
