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
    });
  });

  it.each([
    [['--unknown'], "Unknown option '--unknown'; see npm start -- --help."],
    [['extra'], "Unexpected argument 'extra'; see npm start -- --help."],
    [['--user-port', '65536'], "--user-port is '65536'; a port is a number from 0 to 65535."],
    [['--user-transport', 'smoke'], "--user-transport is 'smoke'; it can be http or grpc."],
    [['--order-port', 'http'], "--order-port is 'http'; a port is a number from 0 to 65535."],
    [
      ['--user-port', '4000', '--order-port', '4000'],
      '--user-port and --order-port are both 4000; choose two ports.',
    ],
  ])('%j are refused in one line', (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(new StartError(message));
  });
});
