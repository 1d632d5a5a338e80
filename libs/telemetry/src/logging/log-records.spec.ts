import { context, logs, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordContent } from '../processors/record.content.js';
import { useRecordRedactor } from '../processors/record.redactor.js';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { takeRecords } from './log-records.spec-helper.js';
import { loggerWithLines } from './logger-with-lines.spec-helper.js';

let taken: ReturnType<typeof takeRecords>;
let telemetry: TelemetryRecorder;
beforeEach(() => {
  telemetry = recordTelemetry();
  taken = takeRecords();
});
afterEach(async () => {
  taken.stop();
  await telemetry.stop();
});

describe('a line of the logger', () => {
  it('is a log record as well, with severity, body, attributes, context and the trace', () => {
    const { logger, lines } = loggerWithLines();
    const span = trace.getTracer('spec').startSpan('work');
    const before = Date.now();
    context.with(trace.setSpan(ROOT_CONTEXT, span), () =>
      logger.warn('low stock', { sku: 'a-1', left: 2 }, 'Stock'),
    );
    expect(lines).toHaveLength(1);
    expect(taken.records).toHaveLength(1);
    const [record] = taken.records;
    expect(record).toMatchObject({
      severityNumber: SeverityNumber.WARN,
      severityText: 'WARN',
      body: 'low stock',
      attributes: { sku: 'a-1', left: 2, 'nestjs.log.context': 'Stock' },
      instrumentationScope: { name: 'nest-telemetry' },
    });
    expect(record?.spanContext).toEqual(span.spanContext());
    const [seconds = 0, nanos = 0] = record?.hrTime ?? [];
    expect(seconds * 1000 + nanos / 1e6).toBeGreaterThanOrEqual(before);
    span.end();
  });

  it('outside of spans has no trace', () => {
    loggerWithLines().logger.log('ready');
    expect(taken.records[0]).not.toHaveProperty('spanContext');
  });

  it('with an error has the attributes of an exception, with causes and members in its stack', () => {
    const { logger } = loggerWithLines();
    const cause = new TypeError('connection refused');
    logger.error(
      'order failed',
      new AggregateError([new RangeError('too many')], 'both failed', { cause }),
      'Orders',
    );
    const { attributes } = taken.records[0] ?? {};
    expect(attributes).toMatchObject({
      'exception.type': 'AggregateError',
      'exception.message': 'both failed',
    });
    const stack = String(attributes?.['exception.stacktrace']);
    expect(stack).toMatch(/^AggregateError: both failed\n/);
    expect(stack).toContain('Caused by: TypeError: connection refused\n');
    expect(stack).toContain('Member: RangeError: too many\n');
  });

  it('keeps what was logged, whatever the caller does with it afterwards', () => {
    const order = {
      id: 1,
      items: [{ sku: 'a' }],
      placed: new Date(0),
      tags: new Set(['new']),
      of: new Map([['a', 1]]),
    };
    loggerWithLines().logger.log('placed', { order });
    order.id = 2;
    order.items.length = 0;
    expect(taken.records[0]?.attributes['order']).toEqual({
      id: 1,
      items: [{ sku: 'a' }],
      placed: '1970-01-01T00:00:00.000Z',
      tags: ['new'],
      of: { a: 1 },
    });
  });

  it('is no record when nobody takes records', () => {
    taken.stop();
    const { logger, lines } = loggerWithLines();
    logger.log('x');
    expect(lines).toHaveLength(1);
    expect(taken.records).toEqual([]);
  });
});

describe('an event', () => {
  it('is a line with its name, and a record with it as the event name', () => {
    const { logger, objects } = loggerWithLines();
    logger.event('order.completed', { id: 7 }, { context: 'Orders' });
    expect(objects()).toMatchObject([
      {
        level: 'info',
        event: 'order.completed',
        message: 'order.completed',
        context: 'Orders',
        attributes: { id: 7 },
      },
    ]);
    expect(taken.records).toMatchObject([
      {
        eventName: 'order.completed',
        severityText: 'INFO',
        attributes: { id: 7, 'nestjs.log.context': 'Orders' },
      },
    ]);
  });

  it('may have a level, a message and an error', () => {
    const { logger, objects } = loggerWithLines({ level: 'log' });
    logger.event(
      'order.failed',
      { id: 7 },
      { level: 'error', message: 'no stock', error: new RangeError('gone') },
    );
    logger.event('order.seen', {}, { level: 'debug' });
    expect(objects()).toMatchObject([
      {
        level: 'error',
        event: 'order.failed',
        message: 'no stock',
        error: { type: 'RangeError', message: 'gone' },
      },
    ]);
    expect(taken.records[0]?.attributes).toMatchObject({ 'exception.type': 'RangeError' });
  });
});

describe('a redactor', () => {
  const stars = (content: RecordContent): RecordContent => ({
    body: '*',
    attributes: content.attributes && { kept: Object.keys(content.attributes).length },
    error: content.error && { ...content.error, message: '*', stack: undefined },
  });

  it('sees every record before it is written and sent, once', () => {
    let calls = 0;
    const stop = useRecordRedactor({ redact: (content) => ((calls += 1), stars(content)) });
    const { logger, objects } = loggerWithLines();
    logger.error('secret', { password: 'p' }, new Error('secret'), 'Orders');
    logger.event('secret happened', { token: 't' });
    stop();
    expect(calls).toBe(2);
    expect(
      JSON.stringify(objects().map(({ message, attributes, error }) => [message, attributes, error])),
    ).toBe('[["*",{"kept":1},{"type":"Error","message":"*"}],["*",{"kept":1},null]]');
    expect(JSON.stringify(taken.records.map(({ body, attributes }) => [body, attributes]))).not.toMatch(
      /secret|password/,
    );
  });

  it('sees records that other code gives to the API', () => {
    const stop = useRecordRedactor({ redact: stars });
    logs.getLogger('contrib').emit({ body: 'secret', attributes: { a: 'secret', b: 1 } });
    stop();
    expect(taken.records).toMatchObject([{ body: '*', attributes: { kept: 2 } }]);
  });

  it('that fails lets nothing through', () => {
    const stop = useRecordRedactor({
      redact: () => {
        throw new Error('broken');
      },
    });
    const { logger, lines } = loggerWithLines();
    logger.log('secret', { secret: 1 });
    stop();
    expect(lines.join('') + JSON.stringify(taken.records[0]?.attributes)).not.toContain('secret');
    expect(taken.records[0]?.body).toBe('[redaction failed]');
    expect(telemetry.warnings.map(({ code }) => code)).toEqual(['NT_USER_CODE_FAILED']);
  });
});
