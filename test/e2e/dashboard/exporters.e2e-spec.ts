import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  LogPage,
  MetricInfo,
  MetricSeriesAnswer,
  TraceDetail,
  TracePage,
} from '@nest-telemetry/dashboard';
import { Program } from '../program.js';
import { DashboardProgram, temporaryFolder } from './dashboard.program.js';

const folder = temporaryFolder();
let dashboard: DashboardProgram;
beforeAll(async () => {
  dashboard = await DashboardProgram.start(folder.path);
  const { otlpHttp: http, otlpGrpc: grpc } = dashboard;
  await using program = new Program('exporters.mjs', { settings: { http, grpc } });
  const { code } = await program.ended;
  if (code !== 0 || program.stderr !== '') throw new Error(`The exporters failed: ${program.stderr}`);
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe.each(['http', 'proto', 'grpc'].flatMap((way) => [`${way} none`, `${way} gzip`]))(
  'The official exporters by %s',
  (service) => {
    const named = `service=${encodeURIComponent(service)}`;

    it('bring traces, and logs that belong to them', async () => {
      const { traces } = await dashboard.json<TracePage>(`/api/traces?${named}`);
      expect(traces).toMatchObject([
        { name: 'GET /', route: '/', service, spans: 1, logs: 1, rootArrived: true },
      ]);
      const trace = await dashboard.json<TraceDetail>(`/api/traces/${traces[0]?.traceId ?? ''}?waitFor=1`);
      expect(trace.spans[0]).toMatchObject({
        kind: 'server',
        scope: 'exporters',
        attributes: { list: ['a', 'b'], ratio: 0.5, yes: true },
      });
      const { logs } = await dashboard.json<LogPage>(`/api/logs?${named}`);
      expect(logs).toMatchObject([
        {
          body: `from ${service.split(' ', 1)[0] ?? ''}`,
          traceId: traces[0]?.traceId,
          spanId: trace.spans[0]?.spanId,
        },
      ]);
    });

    it('bring metrics', async () => {
      const metrics = await dashboard.json<MetricInfo[]>('/api/metrics');
      const names = metrics
        .filter((metric) => metric.service === service)
        .map(({ name, type }) => [name, type]);
      expect(names).toEqual([
        ['calls', 'sum'],
        ['duration', 'histogram'],
      ]);
      const { series } = await dashboard.json<MetricSeriesAnswer>(`/api/metrics/series?${named}&name=calls`);
      expect(series).toMatchObject([
        { attributes: { route: '/' }, points: [{ value: 3, temporality: 'cumulative' }] },
      ]);
    });
  },
);
