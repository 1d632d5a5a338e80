import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = join(import.meta.dirname, '..', '..', '..', 'libs', 'dashboard', 'dist', 'cli.js');
const TRACE = 'a'.repeat(32);

const folder = mkdtempSync(join(tmpdir(), 'dashboard-mcp-'));
const program = spawn(
  process.execPath,
  [CLI, '--port', '0', '--otlp-http-port', '0', '--no-grpc', '--directory', folder],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
let page: string;

/** The dashboard with one trace of two services, one log record, and one route that nobody called. */
beforeAll(async () => {
  let receiver = '';
  for await (const line of createInterface(program.stdout)) {
    const [, what, url = ''] = /^(Dashboard|OTLP\/HTTP)\s+(http\S+)/.exec(line) ?? [];
    if (what === 'Dashboard') page = url;
    if (what === 'OTLP/HTTP') receiver = url;
    if (receiver !== '') break;
  }
  if (receiver === '') throw new Error('The dashboard did not start; is it built?');
  await send(`${receiver}/v1/traces`, traces());
  await send(`${receiver}/v1/logs`, logs());
});
afterAll(async () => {
  program.kill('SIGTERM');
  await once(program, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

async function send(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}

const attribute = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
const resource = (service: string): object => ({ attributes: [attribute('service.name', service)] });
/** Read once: the clock goes on between two spans. */
const BEGUN = Date.now() - 60_000;
const nanos = (millisAgo: number): string => `${BEGUN - millisAgo}000000`;

function traces(): object {
  const span = (
    id: string,
    parentSpanId: string,
    name: string,
    kind: number,
    from: number,
    to: number,
  ): object => ({
    traceId: TRACE,
    spanId: id.repeat(16),
    parentSpanId,
    name,
    kind,
    startTimeUnixNano: nanos(from),
    endTimeUnixNano: nanos(to),
    attributes: [
      attribute('http.request.method', 'GET'),
      attribute('http.route', '/orders/:id'),
      attribute('user.password', 'hunter2'),
    ],
    flags: 257,
  });
  return {
    resourceSpans: [
      {
        resource: resource('orders'),
        scopeSpans: [
          {
            spans: [span('b', '', 'GET /orders/:id', 2, 100, 0), span('c', 'b'.repeat(16), 'GET', 3, 80, 10)],
          },
        ],
      },
      {
        resource: resource('users'),
        scopeSpans: [{ spans: [span('d', 'c'.repeat(16), 'GET /users/:id', 2, 70, 20)] }],
      },
    ],
  };
}

function logs(): object {
  const routes = {
    kvlistValue: {
      values: [
        {
          key: 'routes',
          value: {
            arrayValue: {
              values: [
                {
                  kvlistValue: {
                    values: [attribute('method', 'DELETE'), attribute('route', '/orders/:id')],
                  },
                },
              ],
            },
          },
        },
      ],
    },
  };
  const record = { timeUnixNano: nanos(0), severityNumber: 17, severityText: 'ERROR' };
  const logRecords = [
    { ...record, body: { stringValue: 'out of stock' }, traceId: TRACE, spanId: 'b'.repeat(16) },
    { ...record, severityNumber: 9, eventName: 'nestjs.app.routes', body: routes },
  ];
  return { resourceLogs: [{ resource: resource('orders'), scopeLogs: [{ logRecords }] }] };
}

const MODES = [
  ['with a session', 'legacy', '2025-11-25'],
  ['without a session', { pin: '2026-07-28' }, '2026-07-28'],
] as const;

describe.each(MODES)('The official client of the Model Context Protocol, %s', (_, mode, revision) => {
  const client = new Client({ name: 'spec', version: '1.0.0' }, { versionNegotiation: { mode } });
  beforeAll(async () => {
    const args = [CLI, 'mcp', '--url', page];
    await client.connect(new StdioClientTransport({ command: process.execPath, args }));
  });
  afterAll(() => client.close());

  async function call(name: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const answer = await client.callTool({ name, arguments: args });
    const [content] = answer.content;
    if (answer.isError === true) throw new Error(content?.type === 'text' ? content.text : 'failed');
    expect(content?.type === 'text' && JSON.parse(content.text)).toEqual(answer.structuredContent);
    return answer.structuredContent as Record<string, unknown>;
  }

  it('agrees on a revision and finds six tools that only read', async () => {
    expect(client.getNegotiatedProtocolVersion()).toBe(revision);
    expect(client.getInstructions()).toContain('never instructions');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'search_traces',
      'get_trace',
      'critical_path',
      'search_logs',
      'route_stats',
      'doctor',
    ]);
    for (const { annotations, inputSchema } of tools) {
      expect(annotations?.readOnlyHint).toBe(true);
      expect(inputSchema.type).toBe('object');
    }
  });

  it('searches traces and shows one', async () => {
    const { traces: found } = await call('search_traces', { service: 'users', minMs: 50 });
    expect(found).toMatchObject([{ traceId: TRACE, name: 'GET /orders/:id', durationMs: 100, spans: 3 }]);
    expect(await call('search_traces', { minMs: 5000 })).toEqual({ traces: [], more: false });
    const trace = await call('get_trace', { traceId: TRACE, attributes: false });
    expect(trace).toMatchObject({
      spanCount: 3,
      omittedSpans: 0,
      spans: [{ atMs: 0 }, { atMs: 20, durationMs: 70 }, { service: 'users' }],
    });
    expect(trace['spans']).not.toHaveProperty('0.attributes');
    const longest = await call('get_trace', { traceId: TRACE, limit: 1 });
    expect(longest).toMatchObject({ omittedSpans: 2, spans: [{ durationMs: 100 }] });
  });

  it('says what the caller waited for', async () => {
    expect(await call('critical_path', { traceId: TRACE })).toMatchObject({
      available: true,
      spans: [
        { service: 'users', contributedMs: 50, share: 0.5 },
        { name: 'GET /orders/:id', contributedMs: 30 },
        { name: 'GET', contributedMs: 20 },
      ],
    });
  });

  it('searches logs, shows routes, and asks the doctor', async () => {
    const { logs: found } = await call('search_logs', { severity: 'error', q: 'stock' });
    expect(found).toMatchObject([{ body: 'out of stock', traceId: TRACE, severity: 'ERROR' }]);
    expect(await call('route_stats', { neverCalled: true })).toMatchObject({
      routes: [{ method: 'DELETE', route: '/orders/:id', calls: 0, p95Ms: null }],
      total: 1,
    });
    const { findings } = await call('doctor', { traceId: TRACE });
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'D13' }));
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });

  it('is told what is wrong with a call, so that the next one is right', async () => {
    await expect(call('get_trace')).rejects.toThrow('get_trace needs traceId');
    await expect(call('get_trace', { traceId: 'x' })).rejects.toThrow('traceId takes a text like');
    await expect(call('doctor', { since: 5 })).rejects.toThrow(
      'doctor takes traceId, sinceMinutes, but no since',
    );
    await expect(call('get_trace', { traceId: 'f'.repeat(32) })).rejects.toThrow('ND_TRACE_UNKNOWN');
    await expect(call('drop_tables')).rejects.toThrow(/no tool drop_tables/);
  });
});

describe('Without a dashboard, or without its token', () => {
  it.each([
    ['ND_UNREACHABLE', 'http://127.0.0.1:1/'],
    ['ND_TOKEN_MISSING', () => new URL('/', page).href],
  ])('the answer is %s, and the program goes on', async (code, url) => {
    const client = new Client({ name: 'spec', version: '1.0.0' });
    const args = [CLI, 'mcp', '--url', typeof url === 'string' ? url : url()];
    await client.connect(new StdioClientTransport({ command: process.execPath, args }));
    for (const _ of [1, 2]) {
      const { isError, content } = await client.callTool({ name: 'doctor' });
      expect(isError).toBe(true);
      expect(content).toMatchObject([{ text: expect.stringContaining(code) }]);
    }
    await client.close();
  });
});
