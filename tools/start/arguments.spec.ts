import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { StartError } from './start.error.ts';

describe('arguments of npm start', () => {
  it('default to the documented ports and to serving', () => {
    expect(parseArguments([])).toEqual({
      help: false,
      once: false,
      userPort: 3001,
      orderPort: 3002,
      userTransport: 'http',
      dashboard: { page: 4319, otlpHttp: 4318, otlpGrpc: 4317 },
    });
  });

  it('can choose other ports, another transport and a single run', () => {
    expect(
      parseArguments(['--once', '--user-port', '0', '--order-port=4002', '--user-transport', 'grpc']),
    ).toEqual({
      help: false,
      once: true,
      userPort: 0,
      orderPort: 4002,
      userTransport: 'grpc',
      dashboard: undefined,
    });
  });

  it('can choose the ports of the dashboard, or none', () => {
    const ports = ['--dashboard-port', '0', '--otlp-http-port', '5', '--otlp-grpc-port', '6'];
    expect(parseArguments(ports).dashboard).toEqual({ page: 0, otlpHttp: 5, otlpGrpc: 6 });
    expect(parseArguments([...ports, '--no-dashboard']).dashboard).toBeUndefined();
  });

  it.each([
    [['--unknown'], "Unknown option '--unknown'; see npm start -- --help."],
    [['extra'], "Unexpected argument 'extra'; see npm start -- --help."],
    [['--user-port', '65536'], "--user-port is '65536'; a port is a number from 0 to 65535."],
    [['--user-transport', 'smoke'], "--user-transport is 'smoke'; it can be http or grpc."],
    [['--dashboard-port', '-1'], "Option '--dashboard-port' argument is ambiguous; see npm start -- --help."],
    [['--otlp-grpc-port', 'x'], "--otlp-grpc-port is 'x'; a port is a number from 0 to 65535."],
    [['--order-port', 'http'], "--order-port is 'http'; a port is a number from 0 to 65535."],
    [
      ['--user-port', '4000', '--order-port', '4000'],
      '--user-port and --order-port are both 4000; choose two ports.',
    ],
  ])('%j are refused in one line', (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(new StartError(message));
  });
});
