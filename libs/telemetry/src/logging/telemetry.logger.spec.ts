import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ROOT_CONTEXT, context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { hostileValues } from './hostile-values.spec-helper.js';
import type { LogRecord } from './log-record.js';
import { loggerWithLines } from './logger-with-lines.spec-helper.js';
import { TelemetryLogger } from './telemetry.logger.js';

@Module({ providers: [TelemetryLogger] })
class AppModule {}

function fail(): never {
  throw new Error('disk full');
}

describe('a line', () => {
  it('carries time, level, service, context, message, attributes and error', () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 20, 12, 0, 0, 7) });
    const service = { name: 'order', version: '1.4.0', environment: 'test', instanceId: 'pod-1' };
    const { logger, objects } = loggerWithLines({ service });
    const error = Object.assign(new TypeError('not saved'), {
      stack: 'TypeError: not saved\n    at x (/a.js:1:2)',
      code: 7,
    });
    logger.error('failed', { id: 42 }, error, 'Orders');
    vi.useRealTimers();
    expect(objects()).toEqual([
      {
        time: '2026-11-20T12:00:00.007Z',
        level: 'error',
        'service.name': 'order',
        'service.version': '1.4.0',
        'service.instance.id': 'pod-1',
        'deployment.environment.name': 'test',
        context: 'Orders',
        message: 'failed',
        attributes: { id: 42 },
        error: { type: 'TypeError', message: 'not saved', stack: error.stack, attributes: { code: 7 } },
      },
    ]);
  });

  it('names the level as OpenTelemetry and log backends do', () => {
    const { logger, objects } = loggerWithLines();
    for (const level of ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const) logger[level]('x');
    expect(objects().map((line) => line['level'])).toEqual([
      'trace',
      'debug',
      'info',
      'warn',
      'error',
      'fatal',
    ]);
  });

  it('carries the chain of causes', () => {
    const { logger, objects } = loggerWithLines();
    logger.error(new Error('outer', { cause: new RangeError('inner', { cause: { retryAfter: 3 } }) }));
    expect(objects()[0]?.['error']).toMatchObject({
      message: 'outer',
      cause: { type: 'RangeError', message: 'inner', cause: { attributes: { retryAfter: 3 } } },
    });
  });

  it('names an error that has no name of its own by its class', () => {
    class OutOfStock extends Error {}
    const { logger, objects } = loggerWithLines();
    logger.error(new OutOfStock('none left'));
    expect(objects()[0]?.['error']).toMatchObject({ type: 'OutOfStock', message: 'none left' });
  });

  it('cannot be given a false trace id by what is logged', () => {
    const { logger, lines } = loggerWithLines();
    logger.log('x', { trace_id: 'forged', time: 'forged' }, 'Orders');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ attributes: { trace_id: 'forged' } });
    expect(JSON.parse(lines[0] ?? '')).not.toHaveProperty('trace_id');
  });
});

describe('the trace in a line', () => {
  let telemetry: TelemetryRecorder;
  beforeEach(() => void (telemetry = recordTelemetry()));
  afterEach(() => telemetry.stop());

  const tracer = trace.getTracer('spec');

  it('is that of the span which is active when the call is made', () => {
    const { logger, objects } = loggerWithLines();
    const span = tracer.startSpan('work');
    context.with(trace.setSpan(ROOT_CONTEXT, span), () => logger.log('inside', 'Orders'));
    logger.log('outside', 'Orders');
    const { traceId, spanId } = span.spanContext();
    const [inside, outside] = objects();
    expect(inside).toMatchObject({ trace_id: traceId, span_id: spanId, trace_flags: '01' });
    expect(outside).not.toHaveProperty('trace_id');
  });

  it('never mixes between 100 interleaved calls', async () => {
    const { logger, objects } = loggerWithLines();
    const expected = new Map<string, string>();
    const call = async (index: number) => {
      await tracer.startActiveSpan(`call ${index}`, { root: true }, async (span) => {
        const id = `call-${index}`;
        expected.set(id, span.spanContext().traceId);
        for (let step = 0; step < 5; step += 1) {
          logger.log({ id, step }, 'Calls');
          // oxlint-disable-next-line no-await-in-loop -- the point is to interleave
          await (step % 2 === 0 ? sleep(index % 7) : Promise.resolve());
        }
        span.end();
      });
    };
    await Promise.all(Array.from({ length: 100 }, (_, index) => call(index)));
    const lines = objects() as { message: { id: string }; trace_id: string }[];
    expect(lines).toHaveLength(500);
    expect(lines.filter((line) => line.trace_id !== expected.get(line.message.id))).toEqual([]);
    expect(new Set(lines.map((line) => line.trace_id)).size).toBe(100);
  });

  it('says when a trace is not sampled', () => {
    const { logger, objects } = loggerWithLines();
    const remote = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 0 };
    context.with(trace.setSpanContext(ROOT_CONTEXT, remote), () => logger.log('x'));
    expect(objects()[0]).toMatchObject({ trace_id: remote.traceId, trace_flags: '00' });
  });

  it('is left out when the ids are no ids', () => {
    const { logger, objects } = loggerWithLines();
    const forged = { traceId: '","level":"fatal","x":"aaaaaaaaa', spanId: '00f067aa0ba902b7', traceFlags: 1 };
    context.with(trace.setSpanContext(ROOT_CONTEXT, forged), () => logger.log('x'));
    expect(objects()[0]).toMatchObject({ level: 'info' });
    expect(objects()[0]).not.toHaveProperty('trace_id');
  });
});

describe('a logger', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it.each(hostileValues())('never throws, and writes whole lines, for %s', (_name, value) => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    for (const format of ['json', 'pretty'] as const) {
      const { logger, lines } = loggerWithLines({ format, colors: false });
      const shapes = [
        [value],
        [value, 'C'],
        ['m', value],
        ['m', value, 'C'],
        ['m', { value }, 'C'],
        ['m', { value }, { value }],
      ];
      for (const level of ['log', 'error'] as const) {
        for (const [message, ...rest] of shapes) logger[level](message, ...rest);
      }
      expect(lines.length).toBeGreaterThanOrEqual(shapes.length * 2);
      expect(lines.every((line) => line.endsWith('\n') && line.length < 2_000_000)).toBe(true);
    }
  });

  it('never throws at the end of the call stack', () => {
    const { logger, lines } = loggerWithLines();
    const descend = (): void => {
      logger.log('deep', { a: { b: 1 } }, 'Stack');
      descend();
    };
    expect(descend).toThrow(RangeError);
    expect(lines.length).toBeGreaterThan(0);
  });

  it('never throws because of its writer or a further output', () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const broken = new TelemetryLogger({ writer: { write: fail } });
    const unharmed: LogRecord[] = [];
    broken.addOutput({ emit: (record) => void unharmed.push(record) });
    expect(() => broken.log('x')).not.toThrow();
    expect(unharmed.map((record) => record.body)).toEqual(['x']);
    const { logger, lines } = loggerWithLines();
    const seen: LogRecord[] = [];
    logger.addOutput({ emit: fail });
    const stop = logger.addOutput({ emit: (record) => void seen.push(record) });
    logger.warn('first', { id: 1 }, 'Orders');
    stop();
    logger.warn('second');
    expect(lines).toHaveLength(2);
    expect(seen).toMatchObject([
      { severityText: 'WARN', severityNumber: 13, body: 'first', attributes: { id: 1 } },
    ]);
  });

  it('does not call itself through an output that logs', () => {
    const { logger, lines } = loggerWithLines();
    logger.addOutput({ emit: () => logger.log('from the output') });
    logger.log('x');
    expect(lines).toHaveLength(2);
  });

  it('is ready before there is an application, with the environment as its options', () => {
    vi.stubEnv('LOG_LEVEL', 'error');
    vi.stubEnv('LOG_FORMAT', 'pretty');
    vi.stubEnv('OTEL_SERVICE_NAME', 'order');
    vi.stubEnv('NO_COLOR', '1');
    expect(new TelemetryLogger().inUse).toEqual({
      level: 'error',
      levels: {},
      format: 'pretty',
      colors: false,
      service: { name: 'order' },
    });
  });

  it('keeps what it was told when defaults arrive, and goes back when they leave', () => {
    const { logger, objects } = loggerWithLines();
    const own = new TelemetryLogger({ level: 'warn' });
    const goBack = own.useDefaults({ level: 'verbose', format: 'pretty', service: { name: 'order' } });
    expect(own.inUse).toMatchObject({ level: 'warn', format: 'pretty', service: { name: 'order' } });
    expect(own.isLevelEnabled('log')).toBe(false);
    goBack();
    expect(own.inUse.service).toEqual({});
    logger.useDefaults({ service: { name: 'late' } });
    logger.log('x');
    expect(objects()[0]).not.toHaveProperty('service.name');
  });

  it('names a level that does not exist', () => {
    expect(() => new TelemetryLogger({ level: 'info' as 'log' })).toThrow(
      'Option level is info; allowed: verbose, debug, log, warn, error, fatal.',
    );
  });

  it('can be the logger of an application, its own provider, and both', async () => {
    const { logger, objects } = loggerWithLines();
    const app = await NestFactory.createApplicationContext(AppModule, { logger });
    new Logger('Orders').warn('placed', { id: 1 });
    expect(app.get(TelemetryLogger)).toBeInstanceOf(TelemetryLogger);
    app.useLogger(app.get(TelemetryLogger));
    app.useLogger(logger);
    await app.close();
    expect(objects()[0]).toMatchObject({ context: 'NestFactory', message: 'Starting Nest application...' });
    expect(objects().at(-1)).toMatchObject({ context: 'Orders', level: 'warn', attributes: { id: 1 } });
  });
});
