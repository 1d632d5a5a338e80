import { describe, expect, it } from 'vitest';
import { resolveSettings, type SpoolOptions, SpoolOptionsError } from './spool.options.js';

const options: SpoolOptions = {
  directory: '/var/lib/orders/telemetry',
  service: 'orders',
  destinations: { traces: { url: 'http://collector:4318/v1/traces' } },
};

describe('Options', () => {
  it('have defaults', () => {
    expect(resolveSettings(options)).toMatchObject({
      maxBytes: 268_435_456,
      maxAgeMillis: 86_400_000,
      segment: { maxBytes: 4_194_304, maxMillis: 30_000 },
      destinations: { traces: { protocol: 'http/protobuf', compression: 'gzip', timeoutMillis: 10_000 } },
    });
  });

  it.each<[string, Partial<SpoolOptions>]>([
    ['directory', { directory: 'relative/path' }],
    ['service', { service: '' }],
    ['destinations', { destinations: {} }],
    ['destinations.traces.url', { destinations: { traces: { url: 'collector:4318' } } }],
    [
      'destinations.traces.timeoutMillis',
      { destinations: { traces: { url: 'http://a', timeoutMillis: -1 } } },
    ],
    ['maxBytes', { maxBytes: 0 }],
    ['segment.maxBytes', { segment: { maxBytes: 10 } }],
    ['batch.maxRecords', { batch: { maxRecords: Number.NaN } }],
    ['retry.maxMillis', { retry: { maxMillis: Infinity } }],
  ])('that make no sense are named: %s', (path, wrong) => {
    const resolve = (): unknown => resolveSettings({ ...options, ...wrong });
    expect(resolve).toThrow(SpoolOptionsError);
    expect(resolve).toThrow(expect.objectContaining({ path, code: 'SPOOL_INVALID_OPTION' }));
  });
});
