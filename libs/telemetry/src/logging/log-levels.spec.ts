import { ConsoleLogger, LOG_LEVELS } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { levelsFrom } from './log-levels.js';
import { loggerWithLines } from './logger-with-lines.spec-helper.js';

const everyList = Array.from({ length: 64 }, (_, bits) =>
  LOG_LEVELS.filter((_level, index) => bits & (1 << index)),
);

describe('levels', () => {
  it('are those at least as severe as the one that is set', () => {
    const { logger } = loggerWithLines({ level: 'warn' });
    expect(LOG_LEVELS.filter((level) => logger.isLevelEnabled(level))).toEqual(['warn', 'error', 'fatal']);
    expect(levelsFrom('verbose')).toBe(0b111111);
    expect(levelsFrom('fatal')).toBe(0b100000);
  });

  it.each(everyList.map((list) => [list]))('mean what they mean to Nest when given as a list: %j', (list) => {
    const nest = new ConsoleLogger({ logLevels: list });
    const { logger } = loggerWithLines();
    logger.setLogLevels(list);
    for (const level of LOG_LEVELS) {
      expect([level, logger.isLevelEnabled(level)]).toEqual([level, nest.isLevelEnabled(level)]);
    }
  });

  it('can be changed while the application runs', () => {
    const { logger, lines } = loggerWithLines({ level: 'log' });
    logger.debug('before');
    logger.setLogLevels(['debug']);
    logger.debug('after');
    logger.setLogLevels([]);
    logger.fatal('silence');
    expect(lines).toHaveLength(1);
  });

  it('that Nest does not know are ignored', () => {
    const { logger } = loggerWithLines();
    logger.setLogLevels(['loud', 'error', '__proto__', 'constructor']);
    expect(LOG_LEVELS.filter((level) => logger.isLevelEnabled(level))).toEqual(['error', 'fatal']);
  });
});
