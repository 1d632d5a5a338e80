import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { describe, expect, it } from 'vitest';
import type { TelemetryOptions } from '../telemetry.options.js';
import type { ResolvedDelivery } from './resolved-options.js';
import { resolveOptions, type ResolveContext } from './resolve-options.js';

const settings = (options: TelemetryOptions = {}, env: ResolveContext['env'] = {}) =>
  resolveOptions(options, { env, packageInfo: { name: 'shop', version: undefined }, isTerminal: false });
const resolve = (options?: TelemetryOptions, env?: ResolveContext['env']): ResolvedDelivery =>
  settings(options, env).delivery;

describe('Delivery', () => {
  it('is durable by default, in the place for state of this user', () => {
    expect(resolve({}, { HOME: '/home/shop' })).toMatchObject({
      mode: 'durable',
      isExplicit: false,
      directory: '/home/shop/.local/state/nest-telemetry',
      maxBytes: 268_435_456,
      interrupted: true,
    });
    const env = { HOME: '/home/shop', XDG_STATE_HOME: '/state' };
    expect(resolve({}, env).directory).toBe('/state/nest-telemetry');
    expect(resolve({}, { ...env, STATE_DIRECTORY: '/var/lib/shop:/var/lib/other' }).directory).toBe(
      '/var/lib/shop/nest-telemetry',
    );
  });

  it('knows no directory where nothing tells of one, and takes no relative one for it', () => {
    expect(resolve({}, {}).directory).toBeUndefined();
    expect(resolve({}, { XDG_STATE_HOME: 'state' }).directory).toBeUndefined();
  });

  it('is what the option says before what the variables say', () => {
    const env = {
      TELEMETRY_DELIVERY: 'memory',
      TELEMETRY_SPOOL_DIRECTORY: '/from/variable',
      TELEMETRY_SPOOL_MAX_BYTES: '2097152',
    };
    expect(resolve({}, env)).toMatchObject({
      mode: 'memory',
      directory: '/from/variable',
      maxBytes: 2_097_152,
    });
    expect(resolve({ delivery: 'durable' }, env)).toMatchObject({ mode: 'durable', isExplicit: true });
    const delivery = { directory: '/from/option', maxBytes: 4_194_304, interrupted: false } as const;
    expect(resolve({ delivery }, env)).toMatchObject({ mode: 'memory', ...delivery });
  });

  it('sends as often and as much as batches say, but does not wait as long', () => {
    expect(resolve()).toMatchObject({ batchDelayMillis: 1000, batchRecords: 1024 });
    const batch = { scheduledDelayMillis: 50, maxExportBatchSize: 100 };
    expect(resolve({ traces: { batch } })).toMatchObject({ batchDelayMillis: 50, batchRecords: 100 });
    expect(resolve({}, { OTEL_BSP_SCHEDULE_DELAY: '5000' }).batchDelayMillis).toBe(1000);
  });

  it('is left to an exporter, which takes the place of OTLP and of nothing else', () => {
    const exporter = new OTLPTraceExporter();
    expect(settings({ delivery: exporter }).traces.exporters).toEqual([exporter]);
    const traces = { exporters: ['console', 'otlp'] } as const;
    expect(settings({ delivery: exporter, traces })).toMatchObject({
      delivery: { mode: 'memory' },
      traces: { exporters: [exporter, 'console'] },
    });
  });

  it.each<[unknown, string]>([
    ['disk', 'delivery'],
    [{ mode: 'disk' }, 'delivery.mode'],
    [{ directory: '' }, 'delivery.directory'],
    [{ maxBytes: 1000 }, 'delivery.maxBytes'],
    [{ maxAgeMillis: 0 }, 'delivery.maxAgeMillis'],
    [{ path: '/var' }, 'delivery.path'],
  ])('refuses %j', (delivery, path) => {
    expect(() => resolve({ delivery } as TelemetryOptions)).toThrow(
      expect.objectContaining({
        code: 'NT_OPTION_INVALID',
        details: expect.objectContaining({ path }) as object,
      }),
    );
  });
});
