import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LeanMeterProvider } from './meter/lean.meter-provider.js';
import { PageReader } from './page.reader.js';

describe('PageReader', () => {
  afterEach(() => void vi.useRealTimers());

  it('waits for what is still being found out about the machine', async () => {
    const reader = new PageReader();
    const found = Promise.resolve('vm-7');
    const resource = resourceFromAttributes({ 'host.id': found });
    expect(new LeanMeterProvider({ resource, readers: [reader] })).toBeDefined();
    const { resourceMetrics } = await reader.collect();
    expect(resourceMetrics.resource.attributes).toEqual({ 'host.id': 'vm-7' });
  });

  it('does not wait for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const reader = new PageReader();
    const resource = resourceFromAttributes({ a: 'x', 'host.id': new Promise<string>(() => {}) });
    expect(new LeanMeterProvider({ resource, readers: [reader] })).toBeDefined();
    const collected = reader.collect();
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await collected).resourceMetrics.resource.attributes).toMatchObject({ a: 'x' });
  });
});
