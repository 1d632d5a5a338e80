import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { AggregationTemporality, InstrumentType, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useWarningSink } from '../telemetry.warnings.js';
import { Connections } from './connections.js';
import { ReportingMetricExporter } from './reporting.metric-exporter.js';
import { ReportingExporter } from './reporting.exporter.js';

let warnings: string[];
let restore: () => void;
beforeEach(() => {
  warnings = [];
  restore = useWarningSink((code, text) => warnings.push(`${code} ${text}`));
});
afterEach(() => restore());

const answering = (result: ExportResult): SpanExporter => ({
  export: (_spans, done) => done(result),
  shutdown: async () => {},
});

/** Exports nothing in particular through an exporter; resolves with what it answers. */
function exportBy(
  inner: SpanExporter,
  destination: string,
  connections = new Connections(),
): Promise<ExportResult> {
  const exporter = new ReportingExporter(inner, destination, connections);
  return new Promise((resolve) => {
    exporter.export([], resolve);
  });
}

describe('An export of spans', () => {
  it('that succeeds is nothing to talk about', async () => {
    expect(await exportBy(answering({ code: ExportResultCode.SUCCESS }), 'a')).toEqual({ code: 0 });
    expect(warnings).toEqual([]);
  });

  it.each([
    [new Error('connect ECONNREFUSED'), 'connect ECONNREFUSED'],
    [new AggregateError([new Error('connect ECONNREFUSED ::1')]), 'connect ECONNREFUSED ::1'],
    [Object.assign(new Error(), { code: 'ECONNRESET' }), 'ECONNRESET'],
    [new TypeError(), 'TypeError'],
    [undefined, 'unknown reason'],
  ])('that fails is reported with its reason: %o', async (error, reason) => {
    const destination = `collector of ${reason}`;
    const result = { code: ExportResultCode.FAILED, ...(error && { error }) };
    expect(await exportBy(answering(result), destination)).toBe(result);
    expect(warnings).toEqual([
      expect.stringContaining(`NT_EXPORT_FAILED Export to ${destination} failed: ${reason} Check`),
    ]);
  });

  it('that throws has failed', async () => {
    const broken: SpanExporter = {
      export() {
        throw new Error('disk full');
      },
      shutdown: async () => {},
    };
    expect(await exportBy(broken, 'disk')).toMatchObject({ code: ExportResultCode.FAILED });
    expect(warnings).toEqual([expect.stringContaining('Export to disk failed: disk full')]);
  });

  it('that was cut off at the end is not reported a second time', async () => {
    const connections = new Connections();
    connections.destroy();
    await exportBy(answering({ code: ExportResultCode.FAILED }), 'cut off', connections);
    expect(warnings).toEqual([]);
  });
});

describe('An exporter of metrics', () => {
  const inner: PushMetricExporter = {
    export: (_metrics, done) => done({ code: ExportResultCode.FAILED, error: new Error('no route') }),
    forceFlush: async () => {},
    shutdown: async () => {},
    selectAggregationTemporality: () => AggregationTemporality.DELTA,
  };

  it('is asked for its temporality, and for no aggregation it does not choose', () => {
    const exporter = new ReportingMetricExporter(inner, 'metrics', new Connections());
    expect(exporter.selectAggregationTemporality?.(InstrumentType.COUNTER)).toBe(
      AggregationTemporality.DELTA,
    );
    expect(exporter.selectAggregation).toBeUndefined();
  });

  it('that fails is reported', async () => {
    const exporter = new ReportingMetricExporter(inner, 'metrics', new Connections());
    await new Promise((resolve) => {
      exporter.export({} as never, resolve);
    });
    expect(warnings).toEqual([expect.stringContaining('Export to metrics failed: no route')]);
  });
});
