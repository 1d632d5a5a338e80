import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { pino, type Logger, type LoggerOptions } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useRedactor } from '../processors/redaction/current.redactor.js';
import { createRedactor } from '../processors/redaction/standard.redactor.js';
import type { RedactionOptions } from '../telemetry.options.js';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { takeRecords } from './log-records.spec-helper.js';
import { pinoTelemetry } from './pino.options.js';
import { sendPinoLine, type PinoLine } from './pino.record.js';
import { useService } from './service.fields.js';

const send = (line: unknown): void => sendPinoLine(line as PinoLine);

let taken: ReturnType<typeof takeRecords>;
let telemetry: TelemetryRecorder;
let undo: (() => void)[];
beforeEach(() => {
  telemetry = recordTelemetry();
  taken = takeRecords();
  undo = [useService({ name: 'shop' })];
  subscribe('tracing:pino_asJson:start', send);
});
afterEach(async () => {
  unsubscribe('tracing:pino_asJson:start', send);
  for (const withdraw of undo) withdraw();
  taken.stop();
  await telemetry.stop();
});

function withRules(options: RedactionOptions): void {
  undo.push(useRedactor(createRedactor(options)));
}

function printing(options: LoggerOptions = {}): { logger: Logger; printed: () => string; line: () => Line } {
  const lines: string[] = [];
  const logger = pino(pinoTelemetry(options), { write: (line: string) => void lines.push(line) });
  return {
    logger,
    printed: () => lines.join(''),
    line: () => JSON.parse(lines.at(-1) ?? '') as Line,
  };
}
type Line = Record<string, unknown>;

class PaymentFailed extends Error {
  readonly card = '4111111111111111';
}

describe('a line of pino that pinoTelemetry() prints', () => {
  it('has the trace and the service in it, and what the mixin of the application adds', () => {
    const { logger, line } = printing({ mixin: () => ({ tenant: 'a' }) });
    const span = trace.getTracer('spec').startSpan('work');
    context.with(trace.setSpan(ROOT_CONTEXT, span), () => logger.info({ id: 1 }, 'placed'));
    expect(line()).toMatchObject({
      trace_id: span.spanContext().traceId,
      'service.name': 'shop',
      tenant: 'a',
      id: 1,
      msg: 'placed',
    });
    span.end();
  });

  it('keeps the ids of a trace that look like the number of a card', () => {
    const { logger, line } = printing();
    const ids = { traceId: '41111111111111114111111111111111', spanId: '4111111111111111' };
    const span = trace.wrapSpanContext({ ...ids, traceFlags: 1 });
    context.with(trace.setSpan(ROOT_CONTEXT, span), () => logger.info('placed'));
    expect(line()).toMatchObject({ trace_id: ids.traceId, span_id: ids.spanId });
  });

  it.each<[string, (logger: Logger) => void]>([
    ['the message', (logger) => logger.info('mail from ada@example.com')],
    ['an argument of it', (logger) => logger.info('mail from %s', 'ada@example.com')],
    ['an object in it', (logger) => logger.info('signed in with %j', { password: 'hunter2' })],
    ['a named field', (logger) => logger.info({ password: 'hunter2' }, 'signed in')],
    ['a field below others', (logger) => logger.info({ user: { auth: { token: 'hunter2' } } })],
    ['a list', (logger) => logger.info({ to: ['grace', 'ada@example.com'], tokens: ['hunter2'] })],
    ['a number', (logger) => logger.info({ paid: 4111111111111111, pins: [1, 2], pin: 860097531864 })],
    ['the name of a field', (logger) => logger.info({ 'ada@example.com': 1 })],
    ['an error', (logger) => logger.error(new Error('no such user: ada@example.com'))],
    ['a cause', (logger) => logger.error(new Error('failed', { cause: new Error('password=hunter2') }))],
    ['a property of an error', (logger) => logger.error({ err: new PaymentFailed('refused') }, 'failed')],
    ['bindings of a child', (logger) => logger.child({ user: 'ada@example.com' }).info('in')],
    [
      'bindings of a child with options',
      (logger) => logger.child({ password: 'hunter2' }, { msgPrefix: 'ada@example.com: ' }).info('in'),
    ],
    ['set bindings', (logger) => (logger.setBindings({ sent_to: 'ada@example.com' }), logger.info('in'))],
    ['a quoted text', (logger) => logger.info('he said "mail ada@example.com"\nor\t4111111111111111')],
    [
      'an address in a statement',
      (logger) => logger.info({ 'db.query.text': "SELECT 'hunter2', 860097531864" }),
    ],
  ])('does not tell a secret in %s', (_where, log) => {
    const { logger, printed, line } = printing();
    log(logger);
    expect(printed()).not.toMatch(/ada@|hunter2|4111111111111111|860097531864/);
    expect(line()).toHaveProperty('time');
    expect(printed().match(/\n/g)).toHaveLength(1);
  });

  it('is what it was where there is no secret, to the character', () => {
    const plain: string[] = [];
    const own: string[] = [];
    const options = { base: { a: 1.5 }, timestamp: () => ',"time":1.0' };
    const log = (logger: Logger): void => {
      logger.child({ max_tokens: 512, author: 'Ann' }).info(
        {
          id: '12345678901234567890',
          ratio: 1e21,
          none: null,
          list: [[], {}, 'x'],
          text: 'a "b" \\ \u2028 é',
        },
        'placed %d',
        7,
      );
    };
    log(pino(options, { write: (line: string) => void plain.push(line) }));
    log(
      pino(pinoTelemetry({ ...options, mixin: () => ({}) }), {
        write: (line: string) => void own.push(line.replace('"service.name":"shop",', '')),
      }),
    );
    expect(own).toEqual(plain);
  });

  it('keeps numbers that no number of JavaScript can hold', () => {
    const { logger, printed } = printing({ formatters: {}, serializers: {} });
    pinoRaw(logger, 'big', '98765432109876543210');
    expect(printed()).toContain('98765432109876543210');
    expect(printed()).toContain('[redacted:email]');
  });

  it('loses fields altogether with "drop", and is JSON still', () => {
    withRules({ strategy: 'drop' });
    const { logger, line } = printing({ base: null, timestamp: false });
    logger.info({ password: 'a1', id: 1, token: 'b2', secret: 'c3' });
    logger.info({ password: 'a1' });
    expect(line()).toEqual({ level: 30, 'service.name': 'shop' });
    logger.info({ x: { password: 'a1', token: 'b2' }, y: [4111111111111111] }, 'mail ada@example.com now');
    expect(line()).toMatchObject({ x: {}, y: [null], msg: 'mail  now' });
  });

  it('goes by the rules of the application: strategies, names that are allowed, and none at all', () => {
    const { logger, line } = printing();
    withRules({ strategy: 'pseudonym', pseudonymKey: 'a key of the user', allow: ['support'] });
    logger.info({ support: 'ada@example.com', password: 'hunter2' });
    expect(line()).toMatchObject({
      support: 'ada@example.com',
      password: expect.stringMatching(/^\[redacted:password:[0-9a-f]{16}\]$/),
    });
    withRules({ enabled: false });
    logger.info({ password: 'hunter2' });
    expect(line()).toMatchObject({ password: 'hunter2' });
  });

  it('comes after redact, serializers, formatters and hooks of the application', () => {
    const { logger, line } = printing({
      redact: ['wish'],
      serializers: { user: (user: { name: string }) => `${user.name} <ada@example.com>` },
      formatters: { log: (object) => ({ ...object, added: 'password=hunter2' }) },
      hooks: { streamWrite: (text) => text.replace('}', ',"hook":"ada@example.com"}') },
    });
    logger.info({ wish: 'w1sh', user: { name: 'Ada' } }, 'in');
    expect(line()).toMatchObject({
      wish: '[Redacted]',
      user: 'Ada <[redacted:email]>',
      added: 'password=[redacted:password]',
      hook: '[redacted:email]',
    });
  });

  it('is redacted as a text when a hook of the application made one of it', () => {
    const lines: string[] = [];
    const logger = pino(
      pinoTelemetry({ hooks: { streamWrite: () => 'level=info password=hunter2 msg="ada@example.com"\n' } }),
      { write: (line: string) => void lines.push(line) },
    );
    logger.info('x');
    expect(lines).toEqual(['level=info password=[redacted:password] msg="[redacted:email]"\n']);
  });

  it('is cut where it is too long, and still one line of JSON', () => {
    const { logger, line } = printing();
    logger.info(
      { text: 'x'.repeat(200_000), many: Array.from({ length: 20 }, () => 'y'.repeat(30_000)) },
      'in',
    );
    expect(line()['text']).toMatch(/^x{32768}…\[167232 characters cut\]$/);
    expect(JSON.stringify(line()).length).toBeLessThan(140_000);
  });

  it('is sent as it was before, and redacted once', () => {
    const { logger } = printing();
    logger.child({ user: 'ada@example.com' }).info({ password: 'hunter2' }, 'in');
    expect(taken.records).toHaveLength(1);
    expect(taken.records[0]?.attributes).toEqual({
      user: '[redacted:email]',
      password: '[redacted:password]',
    });
  });
});

/** A line with a field that only JSON can hold. */
function pinoRaw(logger: Logger, name: string, json: string): void {
  const raw = { toJSON: () => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(json) };
  logger.info({ [name]: raw }, 'mail ada@example.com');
}
