import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DashboardProgram, endedDashboard, temporaryFolder } from './dashboard.program.js';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);
const EMPTY = { headers: { 'content-type': 'application/json' }, method: 'POST', body: '{}' };

/** The same port of the other loopback address. */
function other(url: string): string {
  return `http://[::1]:${new URL(url).port}`;
}

describe.runIf(hasIpv6)('The loopback address of IPv6', () => {
  it('has the page, its Host checks and both receivers, as the one of IPv4 has', async () => {
    using folder = temporaryFolder();
    await using dashboard = await DashboardProgram.start(join(folder.path, 'data'));
    const { port } = new URL(dashboard.origin);
    const asked = (host: string, headers = dashboard.headers): Promise<number> =>
      statusFor(port, host, headers);
    for (const host of [`[::1]:${port}`, `localhost:${port}`]) {
      expect([host, await asked(host)]).toEqual([host, 200]);
      expect([host, await asked(host, {})]).toEqual([host, 401]);
    }
    for (const host of ['evil.example', `[::2]:${port}`])
      expect([host, await asked(host)]).toEqual([host, 421]);
    expect((await fetch(`${other(dashboard.otlpHttp)}/v1/traces`, EMPTY)).status).toBe(200);
    const session = connectHttp2(other(dashboard.otlpGrpc));
    const stream = session.request({
      ':path': '/nothing',
      ':method': 'POST',
      'content-type': 'application/grpc',
    });
    const [headers] = (await once(stream, 'response')) as [Record<string, string>];
    session.destroy();
    expect(headers['grpc-status']).toBe('12');
  });

  it('is told to be taken when only it is', async () => {
    using folder = temporaryFolder();
    const server = createServer((socket) => socket.destroy());
    await once(server.listen(0, '::1'), 'listening');
    const { port } = server.address() as { port: number };
    try {
      const ports = ['--port', '0', '--otlp-http-port', String(port), '--no-grpc'];
      const { code, stderr } = await endedDashboard('--directory', join(folder.path, 'data'), ...ports);
      expect(code).toBe(1);
      expect(stderr).toContain(`Port ${port} of ::1 is taken by another program`);
      expect(stderr).toContain('--otlp-http-port');
    } finally {
      server.close();
    }
  });
});

async function statusFor(port: string, host: string, headers: Record<string, string>): Promise<number> {
  const options = {
    hostname: '::1',
    port,
    path: '/api/settings',
    headers: { ...headers, host },
    agent: false,
  };
  const request = httpRequest(options);
  const response = once(request, 'response');
  request.end();
  const [incoming] = (await response) as [IncomingMessage];
  incoming.resume();
  return incoming.statusCode ?? 0;
}
