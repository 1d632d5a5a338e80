import { context, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { pino, type Logger, type LoggerOptions } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { takeRecords } from './log-records.spec-helper.js';
import { pinoMixin } from './pino.mixin.js';
import { sendPinoLine, type PinoLine } from './pino.record.js';
import { useService } from './service.fields.js';

const send = (line: unknown): void => sendPinoLine(line as PinoLine);

let taken: ReturnType<typeof takeRecords>;
let telemetry: TelemetryRecorder;
let withdraw: () => void;
beforeEach(() => {
  telemetry = recordTelemetry();
  taken = takeRecords();
  withdraw = useService({ name: 'shop', version: '2.0.0', environment: 'test' });
  subscribe('tracing:pino_asJson:start', send);
});
afterEach(async () => {
  unsubscribe('tracing:pino_asJson:start', send);
  withdraw();
  taken.stop();
  await telemetry.stop();
});

function pinoWithLines(options: LoggerOptions = {}): {
  logger: Logger;
  lines: () => Record<string, unknown>[];
} {
  const lines: string[] = [];
  const logger = pino(options, { write: (line: string) => void lines.push(line) });
  return { logger, lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('a line of pino', () => {
  it('has the trace and the service in it by the mixin', () => {
    const { logger, lines } = pinoWithLines({ mixin: pinoMixin });
    const span = trace.getTracer('spec').startSpan('work');
    context.with(trace.setSpan(ROOT_CONTEXT, span), () => logger.info({ id: 1 }, 'placed'));
    logger.info('outside');
    const { traceId, spanId } = span.spanContext();
    const service = {
      'service.name': 'shop',
      'service.version': '2.0.0',
      'deployment.environment.name': 'test',
    };
    const [inside, outside] = lines();
    expect(inside).toMatchObject({
      ...service,
      trace_id: traceId,
      span_id: spanId,
      trace_flags: '01',
      msg: 'placed',
    });
    expect(outside).toMatchObject(service);
    expect(outside).not.toHaveProperty('trace_id');
    span.end();
  });

  it('is a log record with the objects it was made of, and no line is parsed for that', () => {
    const { logger } = pinoWithLines({ mixin: pinoMixin });
    const span = trace.getTracer('spec').startSpan('work');
    logger.warn('first, so that its bindings are known');
    const parse = vi.spyOn(JSON, 'parse');
    context.with(trace.setSpan(ROOT_CONTEXT, span), () =>
      logger.info({ order: { id: 1, at: new Date(0) } }, 'placed %s', 'twice'),
    );
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    const record = taken.records[1];
    expect(record).toMatchObject({
      severityNumber: SeverityNumber.INFO,
      severityText: 'INFO',
      body: 'placed twice',
    });
    expect(record?.attributes).toEqual({ order: { id: 1, at: '1970-01-01T00:00:00.000Z' } });
    expect(record?.spanContext).toEqual(span.spanContext());
    span.end();
  });

  it('has the bindings of its logger and of those above it', () => {
    const { logger } = pinoWithLines({ name: 'orders' });
    logger
      .child({ tenant: 'a' })
      .child({ job: { id: 7 } }, { msgPrefix: '[jobs] ' })
      .info({ step: 1 }, 'done');
    expect(taken.records[0]?.attributes).toEqual({ name: 'orders', tenant: 'a', job: { id: 7 }, step: 1 });
    expect(taken.records[0]?.body).toBe('[jobs] done');
  });

  it.each([
    ['trace', SeverityNumber.TRACE],
    ['debug', SeverityNumber.DEBUG],
    ['info', SeverityNumber.INFO],
    ['notice', SeverityNumber.INFO3],
    ['warn', SeverityNumber.WARN],
    ['error', SeverityNumber.ERROR],
    ['fatal', SeverityNumber.FATAL],
  ] as const)('of level %s has the severity %i', (level, severityNumber) => {
    const { logger } = pinoWithLines({ level: 'trace', customLevels: { notice: 35 } });
    (logger as unknown as Record<string, (message: string) => void>)[level]?.('x');
    expect(taken.records[0]).toMatchObject({ severityNumber, severityText: level.toUpperCase() });
  });

  it('has the exception of an error, however it was logged', () => {
    const { logger } = pinoWithLines();
    const error = new RangeError('too many', { cause: new Error('full') });
    logger.error(error);
    logger.error({ err: error, order: 1 }, 'failed');
    expect(taken.records.map(({ body }) => body)).toEqual(['too many', 'failed']);
    for (const { attributes } of taken.records) {
      expect(attributes).toMatchObject({ 'exception.type': 'RangeError', 'exception.message': 'too many' });
      expect(attributes['exception.stacktrace']).toContain('Caused by: Error: full');
      expect(attributes).not.toHaveProperty('err');
    }
  });

  it('hides what the application made pino hide, beyond our own rules', () => {
    const { logger, lines } = pinoWithLines({
      redact: ['wish', 'user.motto', '*.whim', 'req.headers.flavour'],
      serializers: { user: (user: { name: string; motto: string }) => ({ ...user, name: 'someone' }) },
      formatters: { log: ({ internal: _internal, ...rest }) => rest },
    });
    logger.child({ req: { headers: { flavour: 'fl4vour' }, id: 1 } }).info(
      {
        wish: 'w1sh',
        user: { name: 'Ann', motto: 'm0tto' },
        order: { whim: 'wh1m' },
        internal: 'int3rnal',
      },
      'in',
    );
    const sent = JSON.stringify(taken.records[0]?.attributes);
    expect(sent).not.toMatch(/w1sh|m0tto|wh1m|fl4vour|int3rnal|Ann/);
    const {
      level: _level,
      time: _time,
      pid: _pid,
      hostname: _hostname,
      msg: _msg,
      ...written
    } = lines()[0] ?? {};
    expect(JSON.parse(sent)).toEqual(written);
  });

  it('that cannot be read costs nothing but itself', () => {
    const { logger, lines } = pinoWithLines();
    const hostile = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('hostile');
      },
    });
    logger.info({ nested: hostile }, 'placed');
    logger.info('after');
    expect(lines()).toHaveLength(2);
    expect(taken.records.map(({ body }) => body)).toEqual(['placed', 'after']);
  });
});
