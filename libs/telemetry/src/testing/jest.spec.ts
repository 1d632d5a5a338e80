import { trace } from '@opentelemetry/api';
import { createExpect } from 'vitest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { recordTelemetry } from './index.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe('nest-telemetry/testing/jest', () => {
  it('extends the global expect of jest', async () => {
    const jestExpect = createExpect();
    vi.stubGlobal('expect', jestExpect);
    await import('./jest.js');
    await using telemetry = recordTelemetry();
    trace.getTracer('spec').startSpan('span').end();
    const matchers = jestExpect(telemetry) as unknown as { toHaveSpan(name: string): void };
    matchers.toHaveSpan('span');
    expect(() => matchers.toHaveSpan('other')).toThrow('expected to have a span named "other"');
  });

  it('says what to do where jest injects no globals', async () => {
    vi.stubGlobal('expect', undefined);
    await expect(import('./jest.js')).rejects.toThrow('call expect.extend(telemetryMatchers)');
  });
});
