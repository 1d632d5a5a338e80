import { request as httpRequest } from 'node:http';
import { expect, it } from 'vitest';
import { DashboardProgram, temporaryFolder } from './dashboard.program.js';
import { PATIENCE } from './patience.js';

interface Streamed {
  readonly event: string;
  readonly data: unknown;
}

/** Events of the stream as they come. */
function watch(
  dashboard: DashboardProgram,
  topics: string,
): Disposable & { readonly events: Streamed[]; readonly opened: Promise<void> } {
  const events: Streamed[] = [];
  const request = httpRequest(`${dashboard.origin}/api/stream?topics=${topics}`, {
    headers: dashboard.headers,
  });
  const opened = new Promise<void>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) {
          const [, event = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
          if (event !== '') events.push({ event, data: JSON.parse(data) });
        }
      });
      response.on('error', () => {});
      resolve();
    });
  });
  request.end();
  return { events, opened, [Symbol.dispose]: () => request.destroy() };
}

it(
  'A page that is open is told of traces and logs as they come, and of what it asked for only',
  PATIENCE.test,
  async () => {
    using folder = temporaryFolder();
    await using dashboard = await DashboardProgram.start(folder.path);
    using all = watch(dashboard, 'traces,logs,totals');
    using logsOnly = watch(dashboard, 'logs');
    await Promise.all([all.opened, logsOnly.opened]);
    const { body } = await dashboard.change('/api/test-trace');
    const { traceId } = JSON.parse(body.toString()) as { traceId: string };
    const record = { body: { stringValue: 'two\n\nlines: event: traces' }, traceId, spanId: '1'.repeat(16) };
    await dashboard.ask(
      '/v1/logs',
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
      },
      dashboard.otlpHttp,
    );
    const seen = ({ events }: { events: Streamed[] }, name: string): unknown =>
      events.findLast(({ event }) => event === name)?.data;
    await expect.poll(() => seen(all, 'traces'), PATIENCE.poll).toMatchObject([{ traceId, spans: 2 }]);
    await expect
      .poll(() => seen(all, 'logs'), PATIENCE.poll)
      .toMatchObject([{ traceId, body: 'two\n\nlines: event: traces' }]);
    await expect
      .poll(() => seen(all, 'totals'), PATIENCE.poll)
      .toMatchObject({ traces: 1, spans: 2, logs: 1 });
    await expect.poll(() => seen(logsOnly, 'logs'), PATIENCE.poll).toHaveLength(1);
    expect(new Set(logsOnly.events.map(({ event }) => event))).toEqual(new Set(['logs']));
  },
);
