import { pino, type Logger, type LoggerOptions } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useRedactor } from '../processors/redaction/current.redactor.js';
import { createRedactor } from '../processors/redaction/standard.redactor.js';
import { pinoMixin } from './pino.mixin.js';

const SECRET = /hunter2|ada@/;

function pinoWithLines(options: LoggerOptions = {}): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = pino({ mixin: pinoMixin, ...options }, { write: (line: string) => void lines.push(line) });
  return { logger, lines };
}

afterEach(() => vi.restoreAllMocks());

describe('pinoMixin', () => {
  it.each<[string, (logger: Logger) => void]>([
    ['the first line', (logger) => logger.info('mail to ada@example.com')],
    ['an object', (logger) => logger.info({ user: { password: 'hunter2' } }, 'in')],
    ['arguments of the message', (logger) => logger.info('mail to %s', 'ada@example.com')],
    ['an error', (logger) => logger.error(new Error('password=hunter2'))],
    ['bindings of a child', (logger) => logger.child({ email: 'ada@example.com' }).info('in')],
    ['a child of a child', (logger) => logger.child({ a: 1 }).child({ token: 'hunter2' }).warn('in')],
  ])('lets no secret be printed: %s', (_what, log) => {
    const { logger, lines } = pinoWithLines();
    log(logger);
    log(logger);
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toMatch(/\[redacted:\w+\].*\n$/);
      expect(line).not.toMatch(SECRET);
      expect(() => void JSON.parse(line)).not.toThrow();
    }
  });

  it('redacts children that were made before their parent wrote a line, and all of them once', () => {
    const { logger, lines } = pinoWithLines();
    const early = logger.child({ email: 'ada@example.com' });
    logger.info('in');
    early.info('password=hunter2');
    logger.child({}).info('token=abc123');
    expect(lines.join('')).not.toMatch(SECRET);
    expect(lines.slice(1).map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'password=[redacted:password]',
      'token=[redacted:token]',
    ]);
  });

  it('leaves lines without secrets as they are, to the character', () => {
    const options = { base: null, timestamp: false } as const;
    const { logger, lines } = pinoWithLines(options);
    const bare = pinoWithLines({ ...options, mixin: () => ({}) });
    for (const each of [logger, bare.logger]) each.info({ id: 7, items: [1, 2] }, 'placed');
    expect(lines).toEqual(bare.lines);
  });

  it('comes before the hook of the application, which has no secret to hand on', () => {
    const seen: string[] = [];
    const { logger } = pinoWithLines({
      hooks: {
        streamWrite: (line) => {
          seen.push(line);
          return line;
        },
      },
    });
    logger.info('mail to ada@example.com');
    expect(seen.join('')).toContain('[redacted:email]');
  });

  it('redacts for a mixin that hands on what it is given', () => {
    const { logger, lines } = pinoWithLines({
      mixin: (object, level, own) => ({ ...pinoMixin(object, level, own), flavour: 'mint' }),
    });
    logger.info('mail to ada@example.com');
    expect(lines.join('')).toMatch(/"flavour":"mint".*\[redacted:email\]/);
  });

  it('goes by the rules in force, and does nothing when there are none', () => {
    const { logger, lines } = pinoWithLines();
    const stop = useRedactor(createRedactor({ enabled: false }));
    logger.info('mail to ada@example.com');
    stop();
    logger.info('mail to ada@example.com');
    expect(lines.map((line) => SECRET.test(line))).toEqual([true, false]);
  });

  it.each([[undefined], [null], ['pino'], [{}], [Object.freeze({ [Symbol('pino.asJson')]: () => '' })]])(
    'gives the fields and does not throw for a logger that it cannot use: %j',
    (logger) => {
      vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
      expect(pinoMixin({}, 30, logger)).toEqual(expect.any(Object));
    },
  );
});

describe('pinoMixin without a logger', () => {
  it('says once that secrets are printed', async () => {
    vi.resetModules();
    const warnings = await import('../telemetry.warnings.js');
    const said = vi.spyOn(warnings, 'warn').mockReturnValue(undefined);
    const { pinoMixin: fresh } = await import('./pino.mixin.js');
    for (let line = 0; line < 3; line++) fresh({});
    expect(said.mock.calls).toEqual([['NT_PINO_NOT_REDACTED']]);
  });
});
