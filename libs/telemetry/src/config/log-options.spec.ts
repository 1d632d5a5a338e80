import { describe, expect, it } from 'vitest';
import type { LogsOptions, TelemetryOptions } from '../telemetry.options.js';
import { resolveOptions } from './resolve-options.js';

const resolved = (options: TelemetryOptions, env: Record<string, string> = {}) =>
  resolveOptions(options, { env, packageInfo: { name: 'shop', version: '1' }, isTerminal: false }).logs;

const REQUEST = { method: 'GET', path: '/ready', route: undefined, headers: {} };

describe('The options of logs', () => {
  it('send nothing before an endpoint is known, and over OTLP then', () => {
    expect(resolved({}).exporters).toEqual([]);
    expect(resolved({ endpoint: 'http://collector:4318' }).exporters).toEqual(['otlp']);
    expect(resolved({}, { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://logs:4318' })).toMatchObject({
      exporters: ['otlp'],
      otlpTarget: 'http/protobuf http://logs:4318',
    });
    expect(resolved({ endpoint: 'http://collector:4318', logs: { exporters: ['none'] } }).exporters).toEqual(
      [],
    );
  });

  it('tell of the routes when records go over OTLP, or when asked to', () => {
    const endpoint = 'http://collector:4318';
    expect(resolved({}).routes).toBe(false);
    expect(resolved({ endpoint }).routes).toBe(true);
    expect(resolved({ endpoint, logs: { exporters: ['console'] } }).routes).toBe(false);
    expect(resolved({ logs: { exporters: ['console'], routes: true } }).routes).toBe(true);
    expect(resolved({ endpoint, logs: { routes: false } }).routes).toBe(false);
    expect(resolved({ endpoint, logs: { enabled: false, routes: true } }).routes).toBe(false);
  });

  it('follow the variables of the specification', () => {
    const env = {
      OTEL_LOGS_EXPORTER: 'console,otlp',
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'grpc',
      OTEL_BLRP_SCHEDULE_DELAY: '50',
      OTEL_BLRP_EXPORT_TIMEOUT: '60',
      OTEL_BLRP_MAX_QUEUE_SIZE: '70',
      OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '80',
      OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '9',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '10',
    };
    expect(resolved({}, env)).toMatchObject({
      exporters: ['console', 'otlp'],
      protocol: 'grpc',
      batch: { scheduledDelayMillis: 50, exportTimeoutMillis: 60, maxQueueSize: 70, maxExportBatchSize: 70 },
      limits: { attributeCountLimit: 9, attributeValueLengthLimit: 10 },
    });
    expect(resolved({ logs: { batch: { maxQueueSize: 5 } } }, env).batch.maxQueueSize).toBe(5);
    expect(resolved({}).batch).toEqual({
      scheduledDelayMillis: 1000,
      exportTimeoutMillis: 30_000,
      maxQueueSize: 2048,
      maxExportBatchSize: 512,
    });
  });

  it('say which requests get a wide event', () => {
    expect(resolved({}).wideEvents).toBeUndefined();
    expect(resolved({ logs: { enabled: false, wideEvents: true } }).wideEvents).toBeUndefined();
    expect(resolved({ logs: { wideEvents: true } }).wideEvents?.(REQUEST)).toBe(true);
    expect(resolved({ logs: { wideEvents: { ignore: ['/ready'] } } }).wideEvents?.(REQUEST)).toBe(false);
    const ignore = ({ path }: { path: string }): boolean => path === '/ready';
    expect(resolved({ logs: { wideEvents: { ignore } } }).wideEvents?.(REQUEST)).toBe(false);
  });

  it.each<[LogsOptions, string]>([
    [{ levels: { Orders: 'info' as 'log' } }, 'logs.levels.Orders'],
    [{ exporters: ['zipkin' as 'otlp'] }, 'logs.exporters'],
    [{ processors: [{} as never] }, 'logs.processors'],
    [{ wideEvents: 'yes' as never }, 'logs.wideEvents'],
  ])('name the one that is wrong: %j', (logs, path) => {
    expect(() => resolved({ logs })).toThrow(`Option ${path}`);
  });
});
