import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { lastValueFrom, of, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METRICS } from '../metrics/catalog.js';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { observeWork, type Work } from './work.observation.js';

const QUERY: Work = {
  name: 'SELECT users',
  kind: SpanKind.CLIENT,
  low: { 'db.system.name': 'sqlite', 'db.operation.name': 'SELECT' },
  duration: METRICS.dbClientOperationDuration,
};

describe('observed work', () => {
  let telemetry: TelemetryRecorder;
  beforeEach(() => void (telemetry = recordTelemetry()));
  afterEach(() => telemetry.stop());

  const points = async () => (await telemetry.metric('db.client.operation.duration')).points;

  it('is a span and one measurement with the low attributes of the span', async () => {
    const result = await observeWork(
      { ...QUERY, high: () => ({ 'db.query.text': 'SELECT ?' }) },
      async () => 7,
    );
    expect(result).toBe(7);
    expect(telemetry.span('SELECT users')).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'sqlite', 'db.query.text': 'SELECT ?' },
    });
    expect(await points()).toMatchObject([{ attributes: QUERY.low, count: 1 }]);
  });

  it('ends when the Observable it returned does', async () => {
    expect(await lastValueFrom(observeWork(QUERY, () => of(1, 2)))).toBe(2);
    const failing = observeWork(QUERY, () => throwError(() => new TypeError('no')));
    await expect(lastValueFrom(failing)).rejects.toThrow('no');
    const measured = await points();
    expect(measured.map(({ attributes }) => attributes['error.type'])).toEqual([undefined, 'TypeError']);
  });

  it('is an error only if the verdict says so', async () => {
    const verdict = () => ({
      isError: false,
      type: 'NOT_FOUND',
      attributes: { 'db.response.status_code': '5' },
    });
    await expect(observeWork({ ...QUERY, verdict }, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    const { status, attributes, events } = telemetry.span('SELECT users');
    expect(status.code).toBe(SpanStatusCode.UNSET);
    expect(attributes).toMatchObject({ 'error.type': 'NOT_FOUND', 'db.response.status_code': '5' });
    expect(events).toHaveLength(1);
  });

  it('is measured also when it is not sampled, and only once', async () => {
    await telemetry.stop();
    telemetry = recordTelemetry({
      sampler: { shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD }), toString: () => 'never' },
    });
    await observeWork(QUERY, async () => undefined);
    observeWork(QUERY, (span) => span.end());
    const [point] = await points();
    expect(point).toMatchObject({ count: 2 });
    expect(telemetry.spans).toEqual([]);
  });

  it('is active while it runs', () => {
    observeWork(QUERY, (span) => expect(trace.getSpan(context.active())).toBe(span));
  });
});
