import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportResult, Settings, TraceDetail, TracePage } from '@nest-telemetry/dashboard';
import { DashboardProgram, endedDashboard, temporaryFolder } from './dashboard.program.js';
import { PATIENCE } from './patience.js';

const files = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.db'));
const traceIds = async (dashboard: DashboardProgram, run = ''): Promise<string[]> =>
  (await dashboard.json<TracePage>(`/api/traces?run=${run}`)).traces.map(({ traceId }) => traceId);

async function testTrace(dashboard: DashboardProgram): Promise<string> {
  const { body } = await dashboard.change('/api/test-trace');
  return (JSON.parse(body.toString()) as { traceId: string }).traceId;
}

describe('The data of a dashboard', PATIENCE.test, () => {
  it('goes with it, also when it could not say goodbye', async () => {
    using folder = temporaryFolder();
    {
      await using dashboard = await DashboardProgram.start(folder.path);
      await testTrace(dashboard);
      expect(files(folder.path)).toHaveLength(1);
    }
    expect(readdirSync(folder.path)).toEqual([]);
    // As one that was killed left it, a while ago.
    const left = join(folder.path, `temporary-${Date.now() - 60_000}-1.db`);
    writeFileSync(left, '');
    {
      await using dashboard = await DashboardProgram.start(folder.path);
      expect(existsSync(left)).toBe(false);
      expect(await traceIds(dashboard)).toEqual([]);
    }
  });

  it('of the last ten runs is kept and can be looked at, with retention run', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.path, { recursive: true });
    for (let old = 0; old < 12; old += 1)
      writeFileSync(join(folder.path, `${1_700_000_000_000 + old}-1.db`), '');
    let before: string;
    {
      await using first = await DashboardProgram.start(folder.path, '--retention', 'run');
      before = await testTrace(first);
      expect(files(folder.path)).toHaveLength(10);
    }
    await using second = await DashboardProgram.start(folder.path, '--retention', 'run');
    const now = await testTrace(second);
    const { run, runs } = await second.json<Settings>('/api/settings');
    expect(runs).toHaveLength(10);
    expect(runs[0]).toMatchObject({ id: run, current: true });
    const earlier = runs[1]?.id ?? '';
    expect([await traceIds(second), await traceIds(second, run), await traceIds(second, earlier)]).toEqual([
      [now],
      [now],
      [before],
    ]);
    expect((await second.json<TraceDetail>(`/api/traces/${before}?run=${earlier}`)).spans).toHaveLength(2);
    expect((await second.ask(`/api/traces/${before}`, { headers: second.headers })).status).toBe(404);
    const exported = await second.ask(`/api/export?run=${earlier}`, { headers: second.headers });
    expect(exported.body.toString()).toContain(before);
    // A run that another dashboard is writing is not opened under its feet.
    await using third = await DashboardProgram.start(folder.path, '--retention', 'run');
    const { status, body } = await third.ask(`/api/traces?run=${run}`, { headers: third.headers });
    expect([status, JSON.parse(body.toString())]).toMatchObject([
      409,
      { error: { code: 'ND_STORE_IN_USE' } },
    ]);
  });

  it('is gone on with, by one at a time, with retention resume', async () => {
    using folder = temporaryFolder();
    const first = await DashboardProgram.start(folder.path, '--retention', 'resume');
    const traceId = await testTrace(first);
    const second = await endedDashboard(
      '--directory',
      folder.path,
      '--retention',
      'resume',
      '--port',
      '0',
      '--otlp-http-port',
      '0',
      '--otlp-grpc-port',
      '0',
    );
    expect(second).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^nest-telemetry-dashboard: \S+resumed\.db is in use by another dashboard\.\n$/,
      ),
    });
    // Killed, it leaves no lock behind, and nothing is lost.
    await first.kill();
    await using third = await DashboardProgram.start(folder.path, '--retention', 'resume');
    expect(await traceIds(third)).toEqual([traceId]);
  });

  it('is taken out as a file and taken in again', async () => {
    using folder = temporaryFolder();
    await using one = await DashboardProgram.start(join(folder.path, 'one'));
    const ids = [await testTrace(one), await testTrace(one)];
    const file = await one.ask('/api/export', { headers: one.headers });
    expect(file.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename="otlp-current.jsonl"',
    });
    await using two = await DashboardProgram.start(join(folder.path, 'two'));
    for (const accepted of [4, 4]) {
      const { status, body } = await two.change('/api/import', file.body, 'application/x-ndjson');
      expect([status, JSON.parse(body.toString()) as ImportResult]).toEqual([
        200,
        { requests: 1, accepted, rejected: 0 },
      ]);
    }
    // Twice is once.
    expect((await traceIds(two)).toSorted()).toEqual(ids.toSorted());
    expect((await two.json<Settings>('/api/settings')).totals).toMatchObject({ traces: 2, spans: 4 });
    const pretty = JSON.stringify(JSON.parse(file.body.toString()), null, 2);
    expect((await two.change('/api/import', pretty)).status).toBe(200);
  });

  it.each([
    ['nothing of OTLP', '{"spans":[]}', 400, /resourceSpans, resourceLogs, resourceMetrics, not with spans/],
    ['no JSON', 'hello', 400, /^Request 1 of the file/],
    [
      'half a request',
      '{"resourceSpans":[]}\n{"resourceSpans":[',
      400,
      /^Request 2 of the file.*What was before it is here/,
    ],
    ['what is malformed inside', '{"resourceSpans":5}', 400, /^Request 1 of the file/],
    [
      'a request that is too long',
      `{"resourceSpans":[${' '.repeat(17 * 1024 * 1024)}]}`,
      413,
      /16777216 bytes/,
    ],
  ])('is not made of %s', async (_, body, status, message) => {
    using folder = temporaryFolder();
    await using dashboard = await DashboardProgram.start(folder.path);
    const answer = await dashboard.change('/api/import', body, 'application/x-ndjson');
    expect([answer.status, JSON.parse(answer.body.toString())]).toMatchObject([
      status,
      { error: { message: expect.stringMatching(message) } },
    ]);
  });

  it('is waited for by who expects a trace of a number of spans', async () => {
    using folder = temporaryFolder();
    await using dashboard = await DashboardProgram.start(folder.path);
    const traceId = 'ab'.repeat(16);
    const send = (spanId: string) =>
      dashboard.ask(
        '/v1/traces',
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, name: 'x' }] }] }],
          }),
        },
        dashboard.otlpHttp,
      );
    const waiting = dashboard.json<TraceDetail>(`/api/traces/${traceId}?waitFor=2&timeoutMs=20000`);
    await send('1'.repeat(16));
    await send('2'.repeat(16));
    expect((await waiting).spans).toHaveLength(2);
    expect(
      (await dashboard.json<TraceDetail>(`/api/traces/${traceId}?waitFor=3&timeoutMs=100`)).spans,
    ).toHaveLength(2);
    expect(
      (
        await dashboard.ask(`/api/traces/${'cd'.repeat(16)}?waitFor=1&timeoutMs=100`, {
          headers: dashboard.headers,
        })
      ).status,
    ).toBe(404);
  });

  it('is left as it is while taking in is paused, and emptied when asked', async () => {
    using folder = temporaryFolder();
    await using dashboard = await DashboardProgram.start(folder.path);
    const [traceId] = [await testTrace(dashboard)];
    expect(await traceIds(dashboard)).toEqual([traceId]);
    await dashboard.change('/api/settings', '{"paused":true}');
    const body = JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'ef'.repeat(16), spanId: '1'.repeat(16) }] }] }],
    });
    const { status } = await dashboard.ask(
      '/v1/traces',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body },
      dashboard.otlpHttp,
    );
    expect([status, await traceIds(dashboard)]).toEqual([200, [traceId]]);
    await dashboard.change('/api/clear');
    expect(await traceIds(dashboard)).toEqual([]);
  });
});
