import { metrics, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from './index.js';
import './vitest.js';

/** The same body in two files that run at the same time: neither may see anything of the other. */
export function describeFile(file: string): void {
  let telemetry: TelemetryRecorder;
  beforeAll(() => {
    telemetry = recordTelemetry();
  });
  afterAll(() => telemetry.stop());

  it('records only what happens in its own file', async () => {
    for (let i = 0; i < 200; i += 1) {
      trace.getTracer('shared').startSpan(`work of ${file}`).end();
      metrics.getMeter('shared').createCounter('work').add(1, { file });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await waitForSpans(telemetry, 200);
    expect(telemetry).toHaveSpan(/./, { count: 200 });
    expect(telemetry).toHaveSpan(`work of ${file}`, { count: 200 });
    await expect(telemetry).toHaveMetric('work', { value: 200 });
  });
}
