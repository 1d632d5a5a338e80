import { context, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, format, type Logger, transports } from 'winston';
import { useRecordRedactor } from '../processors/record.redactor.js';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { takeRecords } from './log-records.spec-helper.js';
import { useService } from './service.fields.js';
import { winstonTelemetry } from './winston.format.js';

let taken: ReturnType<typeof takeRecords>;
let telemetry: TelemetryRecorder;
let withdraw: () => void;
beforeEach(() => {
  telemetry = recordTelemetry();
  taken = takeRecords();
  withdraw = useService({ name: 'shop' });
});
afterEach(async () => {
  withdraw();
  taken.stop();
  await telemetry.stop();
});

function winstonWithLines(perTransport = false): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const own = perTransport ? { format: format.combine(winstonTelemetry(), format.json()) } : {};
  const logger = createLogger({
    level: 'silly',
    format: format.combine(format.errors({ stack: true }), winstonTelemetry(), format.json()),
    transports: [new transports.Stream({ stream, ...own })],
  });
  return { logger, lines };
}

describe('a line of winston', () => {
  it('has the trace and the service in it, and is a log record', () => {
    const { logger, lines } = winstonWithLines();
    const span = trace.getTracer('spec').startSpan('work');
    const { traceId, spanId } = span.spanContext();
    context.with(trace.setSpan(ROOT_CONTEXT, span), () =>
      logger.child({ tenant: 'a' }).info('placed', { id: 1, context: 'Orders' }),
    );
    logger.warn('outside');
    expect(lines).toMatchObject([
      {
        message: 'placed',
        tenant: 'a',
        id: 1,
        trace_id: traceId,
        span_id: spanId,
        trace_flags: '01',
        'service.name': 'shop',
      },
      { message: 'outside', 'service.name': 'shop' },
    ]);
    expect(lines[1]).not.toHaveProperty('trace_id');
    expect(taken.records).toMatchObject([
      {
        severityNumber: SeverityNumber.INFO,
        severityText: 'INFO',
        body: 'placed',
        spanContext: { traceId, spanId },
      },
      { severityNumber: SeverityNumber.WARN, body: 'outside', attributes: {} },
    ]);
    expect(taken.records[0]?.attributes).toEqual({ tenant: 'a', id: 1, 'nestjs.log.context': 'Orders' });
    span.end();
  });

  it('has the exception of an error, however it was logged', () => {
    const { logger, lines } = winstonWithLines();
    const error = new RangeError('too many');
    logger.error(error);
    logger.error('failed:', error);
    logger.error('failed', { error });
    expect(lines).toHaveLength(3);
    for (const { attributes } of taken.records) {
      expect(attributes).toMatchObject({ 'exception.message': 'too many' });
      expect(attributes['exception.stacktrace']).toContain('RangeError: too many\n');
    }
  });

  it.each([
    ['silly', SeverityNumber.TRACE],
    ['debug', SeverityNumber.DEBUG],
    ['verbose', SeverityNumber.DEBUG2],
    ['http', SeverityNumber.DEBUG4],
    ['info', SeverityNumber.INFO],
    ['warn', SeverityNumber.WARN],
    ['error', SeverityNumber.ERROR],
  ])('of level %s has the severity %i', (level, severityNumber) => {
    winstonWithLines().logger.log(level, 'x');
    expect(taken.records).toMatchObject([{ severityNumber, severityText: level.toUpperCase() }]);
  });

  it('is sent once if the format is there twice, and that is said', () => {
    const { logger, lines } = winstonWithLines(true);
    logger.info('placed');
    expect(lines).toHaveLength(1);
    expect(taken.records).toHaveLength(1);
    expect(telemetry.warnings.map(({ code }) => code)).toEqual(['NT_WINSTON_FORMAT_TWICE']);
  });

  it.each<[string, (logger: Logger) => void]>([
    ['the message', (logger) => logger.info('mail from ada@example.com')],
    ['an argument of it', (logger) => logger.info('mail from %s', 'ada@example.com')],
    ['a field', (logger) => logger.info('in', { password: 'hunter2' })],
    ['a field below others', (logger) => logger.info('in', { user: { auth: { token: 'hunter2' } } })],
    ['the context', (logger) => logger.info('in', { context: 'ada@example.com' })],
    ['an error', (logger) => logger.error(new Error('no such user: ada@example.com'))],
    ['an error behind the message', (logger) => logger.error('failed:', new Error('password=hunter2'))],
    ['an error in a field', (logger) => logger.error('failed', { error: new Error('password=hunter2') })],
    ['fields of a child', (logger) => logger.child({ user: 'ada@example.com' }).info('in')],
  ])('does not tell a secret in %s', (_where, log) => {
    for (const splat of ['before', 'after']) {
      let printed = '';
      const stream = new Writable({
        write(chunk: Buffer, _encoding, done) {
          printed += chunk.toString();
          done();
        },
      });
      const steps = [winstonTelemetry(), format.splat()];
      if (splat === 'before') steps.reverse();
      log(
        createLogger({
          format: format.combine(format.errors({ stack: true }), ...(steps as never[]), format.json()),
          transports: [new transports.Stream({ stream })],
        }),
      );
      expect(printed).toMatch(/"level":"(?:info|error)"/);
      expect(printed).toContain('redacted');
      expect(printed).not.toMatch(/ada@|hunter2/);
    }
    expect(JSON.stringify(taken.records.map(({ body, attributes }) => [body, attributes]))).not.toMatch(
      /ada@|hunter2/,
    );
  });

  it('is redacted before it is written and sent', () => {
    const stop = useRecordRedactor({
      redact: ({ attributes, error }) => ({
        body: '*',
        attributes: { kept: Object.keys(attributes ?? {}).length },
        error: error && { type: error.type, stack: '*' },
      }),
    });
    const { logger, lines } = winstonWithLines();
    logger.error('secret', { password: 'secret' });
    logger.error(new Error('secret'));
    stop();
    expect(JSON.stringify(lines)).not.toMatch(/secret|password/);
    expect(JSON.stringify(taken.records.map(({ body, attributes }) => [body, attributes]))).not.toMatch(
      /secret|password/,
    );
  });
});
