import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import type { TelemetryOptions } from '../telemetry.options.js';
import { lateOptions } from './late-options.js';

describe('Options that come too late', () => {
  it('are those that shape the SDK, by their path', () => {
    const options: TelemetryOptions = {
      serviceName: 'cart',
      traces: { ratio: 0.5, http: { responseHeader: false } },
      metrics: { path: '/own', runtime: false },
      logs: { level: 'debug' },
      shutdown: { timeoutMillis: 1 },
    };
    expect(lateOptions(options, {})).toEqual(['serviceName', 'traces.ratio']);
  });

  it('are none when the SDK was started with the same', () => {
    const options: TelemetryOptions = {
      serviceName: 'shop',
      resource: { 'team.name': 'shop' },
      otlp: { endpoint: 'http://localhost:4318', headers: { 'x-team': 'shop' } },
      traces: { exporters: ['otlp', 'console'], batch: { maxQueueSize: 10 } },
    };
    const same = structuredClone(options);
    expect(lateOptions(options, same)).toEqual([]);
    expect(lateOptions(options, { ...same, resource: { 'team.name': 'other' } })).toEqual(['resource']);
  });

  it('count instances as the same only if they are one', () => {
    const exporter = new InMemorySpanExporter();
    const first = { traces: { exporters: [exporter] } };
    expect(lateOptions({ traces: { exporters: [exporter] } }, first)).toEqual([]);
    expect(lateOptions({ traces: { exporters: [new InMemorySpanExporter()] } }, first)).toEqual([
      'traces.exporters',
    ]);
  });

  it('are not those that are left out', () => {
    expect(lateOptions({}, { serviceName: 'shop', traces: { ratio: 0.5 } })).toEqual([]);
  });
});
