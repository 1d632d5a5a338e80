import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { TelemetryError } from '../telemetry.errors.js';
import type { TelemetryOptions } from '../telemetry.options.js';
import { recordTelemetry } from '../testing/index.js';
import { resolveOptions, type ResolveContext } from './resolve-options.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

const resolve = (options: TelemetryOptions = {}, env: ResolveContext['env'] = {}, isTerminal = false) =>
  resolveOptions(options, { env, packageInfo: { name: 'from-package', version: '1.2.3' }, isTerminal });

const refusal = (options: unknown): TelemetryError => {
  try {
    resolve(options as TelemetryOptions);
  } catch (error) {
    if (error instanceof TelemetryError) return error;
    throw error;
  }
  throw new Error('the options were accepted');
};

describe('the service name', () => {
  it('is the option before the variable before package.json', () => {
    const env = {
      OTEL_SERVICE_NAME: 'from-variable',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=from-attributes',
    };
    expect(resolve({ serviceName: 'from-option' }, env).serviceName).toBe('from-option');
    expect(resolve({}, env).serviceName).toBe('from-variable');
    expect(resolve({}, { OTEL_RESOURCE_ATTRIBUTES: 'service.name=from%20attributes' }).serviceName).toBe(
      'from attributes',
    );
    expect(resolve().serviceName).toBe('from-package');
  });

  it('counts a blank variable as unset, as the specification says', () => {
    expect(resolve({}, { OTEL_SERVICE_NAME: '  ' }).serviceName).toBe('from-package');
  });
});

describe('exporters', () => {
  it('are none while no endpoint is known', () => {
    expect(resolve().traces.exporters).toEqual([]);
    expect(resolve().metrics.exporters).toEqual([]);
  });

  it.each([
    ['the option', { endpoint: 'http://localhost:4318' }, {}],
    ['the general variable', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }],
    [
      'the variable of the signal',
      {},
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318/v1/traces' },
    ],
  ])('are OTLP when an endpoint comes from %s', (_, options, env) => {
    expect(resolve(options, env).traces.exporters).toEqual(['otlp']);
  });

  it('follow OTEL_TRACES_EXPORTER, several at once, and none switches all off', () => {
    expect(resolve({}, { OTEL_TRACES_EXPORTER: 'console, zipkin' }).traces.exporters).toEqual([
      'console',
      'zipkin',
    ]);
    const env = { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };
    expect(resolve({}, env).traces.exporters).toEqual([]);
  });

  it('speak the protocol of the option, the signal, the general variable, http/protobuf', () => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' };
    expect(resolve({ otlp: { protocol: 'http/protobuf' } }, env).traces.protocol).toBe('http/protobuf');
    expect(resolve({}, env).traces.protocol).toBe('http/json');
    expect(resolve({}, env).metrics.protocol).toBe('grpc');
    expect(resolve().traces.protocol).toBe('http/protobuf');
  });

  it('never send a batch larger than the queue', () => {
    const { batch } = resolve({ traces: { batch: { maxQueueSize: 100 } } }).traces;
    expect(batch).toMatchObject({ maxQueueSize: 100, maxExportBatchSize: 100 });
  });
});

const request = (path: string) => ({ method: 'GET', path, route: undefined, headers: {} });
const broken = () => {
  throw new Error('oops');
};

describe('ignored requests', () => {
  it('are health checks and the metrics path', () => {
    const { ignore } = resolve({ metrics: { path: '/internal/metrics' } }).traces.http;
    expect(['/health', '/livez', '/internal/metrics'].map((path) => ignore(request(path)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(ignore(request('/users'))).toBe(false);
  });

  it('stay traced when the function of the user throws', () => {
    expect(resolve({ traces: { http: { ignore: broken } } }).traces.http.ignore(request('/users'))).toBe(
      false,
    );
    expect(telemetry.warnings).toMatchObject([{ code: 'NT_USER_CODE_FAILED' }]);
  });
});

describe('what makes a server span an error span', () => {
  const { isError } = resolve().traces.http;

  it('is every error but an HTTP exception below 500', () => {
    expect(isError(new Error('broken'))).toBe(true);
    expect(isError(null)).toBe(true);
    expect(isError({ getStatus: () => 404 })).toBe(false);
    expect(isError({ getStatus: () => 503 })).toBe(true);
  });
});

describe('bad options', () => {
  it.each([
    [{ traces: { ratio: 2 } }, 'traces.ratio', '2', 'a number from 0 to 1'],
    [{ traces: { ratio: '0.1' } }, 'traces.ratio', '"0.1"', 'a number from 0 to 1'],
    [{ endpoint: 'localhost:4318' }, 'endpoint', '"localhost:4318"', 'an http or https URL'],
    [{ metrics: { port: 70_000 } }, 'metrics.port', '70000', 'a port from 0 to 65535'],
    [{ metrics: { path: 'metrics' } }, 'metrics.path', '"metrics"', 'a path that starts with /, or false'],
    [
      { metrics: { auth: { bearer: 5 as never } } },
      'metrics.auth',
      '[hidden]',
      '{ bearer } or { username, password }, each a text',
    ],
    [
      { logs: { level: 'trace' } },
      'logs.level',
      '"trace"',
      "'verbose', 'debug', 'log', 'warn', 'error' or 'fatal'",
    ],
    [
      { traces: { exporters: ['jaeger'] } },
      'traces.exporters.0',
      '"jaeger"',
      expect.stringMatching(/SpanExporter/),
    ],
    [
      { traces: { processors: [{}] } },
      'traces.processors.0',
      'an object',
      expect.stringMatching(/SpanProcessor/),
    ],
    [{ servicename: 'shop' }, 'servicename', '"shop"', 'no option of this name'],
    [{ serviceName: '' }, 'serviceName', '""', 'a non-empty string'],
    [{ otlp: { protocol: 'http' } }, 'otlp.protocol', '"http"', "'http/protobuf', 'http/json' or 'grpc'"],
    [{ shutdown: { timeoutMillis: -1 } }, 'shutdown.timeoutMillis', '-1', 'milliseconds, 0 or more'],
  ])('are refused with path, value and what is allowed: %o', (options, path, value, allowed) => {
    const error = refusal(options);
    expect(error.code).toBe('NT_OPTION_INVALID');
    expect(error.details).toEqual({ path, value, allowed });
  });

  it('never show the value of a header', () => {
    const error = refusal({ otlp: { headers: { authorization: 'Bearer hunter2\n' } } });
    expect(error.details['path']).toBe('otlp.headers.authorization');
    expect(error.message).not.toContain('hunter2');
  });
});

describe('bad variables', () => {
  it('warn and fall back to the default, as the specification says', () => {
    expect(resolve({}, { OTEL_BSP_MAX_QUEUE_SIZE: 'many', LOG_LEVEL: 'loud' })).toMatchObject({
      traces: { batch: { maxQueueSize: 2048 } },
      logs: { level: 'log' },
    });
    expect(telemetry.warnings).toMatchObject([
      { message: expect.stringContaining('OTEL_BSP_MAX_QUEUE_SIZE is "many"') },
      { message: expect.stringContaining('LOG_LEVEL is "loud"') },
    ]);
  });
});

describe('the result', () => {
  it('treats undefined as not set', () => {
    const options = { serviceName: undefined, traces: { ratio: undefined } } as unknown as TelemetryOptions;
    expect(resolve(options)).toMatchObject({
      serviceName: 'from-package',
      traces: { sampling: { root: 'on' } },
    });
  });

  it('is frozen, and leaves the objects of the caller as they were', () => {
    const options = { resource: { 'team.name': 'shop' } };
    const resolved = resolve(options);
    expect(Object.isFrozen(resolved.traces.batch)).toBe(true);
    expect(Object.isFrozen(options.resource)).toBe(false);
  });

  it('keeps samplers, exporters and processors that are object literals, which may hold state', () => {
    const exporter = { sent: 0, export: () => {}, shutdown: async () => {} };
    const sampler = { asked: 0, shouldSample: () => ({ decision: 0 }) };
    const { traces } = resolve({ traces: { exporters: [exporter], sampler } });
    expect(traces.exporters[0]).toBe(exporter);
    expect(traces.sampler).toBe(sampler);
    expect([exporter, sampler].map((object) => Object.isFrozen(object))).toEqual([false, false]);
  });

  it('is switched off by OTEL_SDK_DISABLED', () => {
    expect(resolve({}, { OTEL_SDK_DISABLED: 'TRUE' }).enabled).toBe(false);
    expect(resolve({ enabled: true }, { OTEL_SDK_DISABLED: 'true' }).enabled).toBe(false);
  });

  it('logs pretty lines to a terminal and JSON elsewhere', () => {
    expect(resolve({}, {}, true).logs.format).toBe('pretty');
    expect(resolve({}, {}, false).logs.format).toBe('json');
    expect(resolve({}, { LOG_FORMAT: 'json' }, true).logs.format).toBe('json');
  });
});
