import { describe, expect, it, vi } from 'vitest';
import { loggerWithLines } from './logger-with-lines.spec-helper.js';
import { TelemetryLogger } from './telemetry.logger.js';

describe('levels', () => {
  it('may differ by context', () => {
    const { logger, objects } = loggerWithLines({
      level: 'warn',
      levels: { Orders: 'debug', Noisy: 'fatal' },
    });
    for (const context of ['Orders', 'Noisy', 'Other']) {
      logger.debug('d', context);
      logger.error('e', undefined, context);
      logger.verbose('v', context);
    }
    logger.log('no context');
    expect(objects().map(({ message, context }) => [message, context])).toEqual([
      ['d', 'Orders'],
      ['e', 'Orders'],
      ['e', 'Other'],
    ]);
    expect(logger.isLevelEnabled('debug', 'Orders')).toBe(true);
    expect(logger.isLevelEnabled('debug')).toBe(false);
  });

  it('change while the application runs, for all contexts and for one', () => {
    const { logger, lines } = loggerWithLines({ level: 'log' });
    const silent = (): boolean => {
      const before = lines.length;
      logger.debug('d', 'Orders');
      return lines.length === before;
    };
    expect(silent()).toBe(true);
    logger.setLevel('debug', 'Orders');
    expect(silent()).toBe(false);
    expect(logger.isLevelEnabled('debug')).toBe(false);
    logger.setLevel('verbose');
    expect(logger.isLevelEnabled('verbose', 'Other')).toBe(true);
    logger.setLevel('error', 'Orders');
    expect(silent()).toBe(true);
    expect(() => logger.setLevel('info' as 'log')).toThrow('NT_OPTION_INVALID');
  });

  it('that were changed at run time stay when defaults arrive', () => {
    const logger = new TelemetryLogger();
    logger.setLevel('fatal');
    logger.setLevel('debug', 'Orders');
    logger.useDefaults({ level: 'verbose', levels: { Orders: 'error', Stock: 'verbose' } });
    expect(logger.isLevelEnabled('error')).toBe(false);
    expect(logger.isLevelEnabled('debug', 'Orders')).toBe(true);
    expect(logger.isLevelEnabled('verbose', 'Stock')).toBe(true);
  });

  it('that are off do not look at what was logged', () => {
    const { logger, lines } = loggerWithLines({ level: 'log', levels: { Orders: 'debug' } });
    const message = vi.fn<() => string>(() => 'expensive');
    logger.debug(message, 'Other');
    expect(message).not.toHaveBeenCalled();
    logger.debug(message, 'Orders');
    expect(lines).toHaveLength(1);
  });

  it('name the one that does not exist', () => {
    expect(() => new TelemetryLogger({ levels: { Orders: 'info' as 'log' } })).toThrow(
      'Option levels.Orders is info; allowed: verbose, debug, log, warn, error, fatal.',
    );
  });
});
