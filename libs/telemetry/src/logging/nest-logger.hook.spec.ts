import { ConsoleLogger, Logger, Module, type LoggerService } from '@nestjs/common';
import type { NestApplicationContextOptions } from '@nestjs/common/interfaces/nest-application-context-options.interface.js';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installTelemetryLogger, type LoggerInstallation } from './nest-logger.hook.js';
import { loggerWithLines } from './logger-with-lines.spec-helper.js';

class NestState extends Logger {
  static get logger(): LoggerService | undefined {
    return Logger.staticInstanceRef;
  }
  static reset(logger: LoggerService | undefined): void {
    Logger.staticInstanceRef = logger as LoggerService;
    Logger.detachBuffer();
    Logger.logBuffer = [];
    delete Logger.logLevels;
  }
}

const nestDefault = NestState.logger;

@Module({})
class AppModule {}

/** An application whose module installs the logger as soon as it can, as TelemetryModule does. */
async function start(options: NestApplicationContextOptions, { logger } = loggerWithLines()) {
  let installation: LoggerInstallation | undefined;
  const provider = {
    provide: 'installation',
    useFactory: () => (installation = installTelemetryLogger(logger)),
  };
  const app = await NestFactory.createApplicationContext(
    { module: AppModule, providers: [provider] },
    options,
  );
  return { app, installation: installation as LoggerInstallation };
}

describe('installing the logger', () => {
  let printed: string[];
  beforeEach(() => {
    printed = [];
    NestState.reset(nestDefault);
    const keep = (text: unknown) => printed.push(String(text)) > 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    NestState.reset(nestDefault);
  });

  it('takes the lines of every Logger, also of those made before, and gives them back', () => {
    const { logger, objects } = loggerWithLines();
    const early = new Logger('Early');
    early.log('printed by Nest');
    const installation = installTelemetryLogger(logger);
    early.log('one');
    new Logger('Late').log('two');
    Logger.warn('three', 'Static');
    expect(objects().map(({ context, message }) => [context, message])).toEqual([
      ['Early', 'one'],
      ['Late', 'two'],
      ['Static', 'three'],
    ]);
    expect(installation.installed).toBe(true);
    if (installation.installed) installation.uninstall();
    early.log('printed by Nest again');
    expect(objects()).toHaveLength(3);
    expect(printed).toHaveLength(2);
    expect(NestState.logger).toBe(nestDefault);
  });

  it('covers the whole start when it happens before the application is made', async () => {
    const early = loggerWithLines();
    installTelemetryLogger(early.logger);
    await start({}, early);
    expect(early.objects()[0]).toMatchObject({ message: 'Starting Nest application...' });
    expect(printed).toEqual([]);
  });

  it('leaves to Nest what Nest prints before the module starts', async () => {
    const logger = loggerWithLines();
    await start({}, logger);
    expect(printed.map((line) => /\] (.*?)\s*$/.exec(line)?.[1])).toEqual([
      expect.stringContaining('Starting Nest application...'),
    ]);
    expect(logger.objects()[0]).toMatchObject({ context: 'InstanceLoader' });
  });

  it('keeps the levels that the application gave to Nest, before and after', async () => {
    const { logger } = loggerWithLines({ level: 'verbose' });
    const { app } = await start({ logger: ['error'] }, { logger } as ReturnType<typeof loggerWithLines>);
    expect([logger.isLevelEnabled('warn'), logger.isLevelEnabled('error')]).toEqual([false, true]);
    app.useLogger(['warn']);
    expect(logger.isLevelEnabled('warn')).toBe(true);
  });

  it.each<[string, NestApplicationContextOptions, string]>([
    ['logger: false', { logger: false }, 'the application turned logging off'],
    [
      'a ConsoleLogger of its own',
      { logger: new ConsoleLogger() },
      'the application set its own logger (ConsoleLogger)',
    ],
    [
      'any other logger',
      { logger: { log() {}, error() {}, warn() {} } },
      'the application set its own logger (Object)',
    ],
    ['forceConsole', { forceConsole: true }, 'the application set its own logger (ConsoleLogger)'],
  ])('stands down for %s', async (_name, options, reason) => {
    const { logger, lines } = loggerWithLines();
    vi.spyOn(console, 'log').mockImplementation(() => {});
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { installation } = await start(options, { logger } as ReturnType<typeof loggerWithLines>);
    new Logger('Orders').error('x');
    expect(installation).toEqual({ installed: false, reason });
    expect(lines).toEqual([]);
  });

  it('stands down for the logger of a testing module', async () => {
    const { logger } = loggerWithLines();
    await Test.createTestingModule({}).compile();
    expect(installTelemetryLogger(logger)).toEqual({
      installed: false,
      reason: 'the application set its own logger (TestingLogger)',
    });
  });

  it('gives way to a logger that is set later, and does not touch it when it leaves', async () => {
    const { logger, lines } = loggerWithLines();
    const { app, installation } = await start({}, { logger } as ReturnType<typeof loggerWithLines>);
    const theirs = new ConsoleLogger();
    app.useLogger(theirs);
    lines.length = 0;
    new Logger('Orders').log('theirs');
    if (installation.installed) installation.uninstall();
    expect(lines).toEqual([]);
    expect(NestState.logger).toBe(theirs);
  });

  it('leaves buffered lines to the application, and gets them when they are flushed', async () => {
    const logger = loggerWithLines();
    const { app } = await start({ bufferLogs: true }, logger);
    expect([printed, logger.lines]).toEqual([[], []]);
    app.flushLogs();
    expect(logger.objects()[0]).toMatchObject({ message: 'Starting Nest application...' });
    expect(printed).toEqual([]);
  });

  it('gives buffered lines to the logger the application sets', async () => {
    const logger = loggerWithLines();
    const { app } = await start({ bufferLogs: true }, logger);
    app.useLogger(new ConsoleLogger());
    expect(logger.lines).toEqual([]);
    expect(printed.length).toBeGreaterThan(0);
  });

  it('fills in the options of a TelemetryLogger that the application made itself', async () => {
    const theirs = loggerWithLines();
    const { TelemetryLogger } = await import('./telemetry.logger.js');
    const writer = { write: (line: string) => void theirs.lines.push(line) };
    const own = new TelemetryLogger({ level: 'warn', format: 'json', writer });
    const module = loggerWithLines({ level: 'verbose', service: { name: 'order' } });
    const { installation } = await start({ logger: own }, module);
    new Logger('Orders').warn('x');
    expect(theirs.objects().at(-1)).toMatchObject({ 'service.name': 'order', level: 'warn' });
    expect(module.lines).toEqual([]);
    expect(installation).toMatchObject({ installed: true, logger: own });
    if (installation.installed) installation.uninstall();
    expect(own.inUse.service).toEqual({});
  });

  it('does nothing more for the logger that is in use already', () => {
    const { logger } = loggerWithLines();
    Logger.overrideLogger(logger);
    const installation = installTelemetryLogger(logger);
    if (installation.installed) installation.uninstall();
    expect(NestState.logger).toBe(logger);
  });

  it.each([
    ['the first', 0],
    ['the second', 1],
  ])('of two applications lasts until both have left, %s first', (_name, leavesFirst) => {
    const both = [loggerWithLines(), loggerWithLines()];
    const installations = both.map(({ logger }) => installTelemetryLogger(logger));
    const leave = (index: number) => {
      const installation = installations[index];
      if (installation?.installed) installation.uninstall();
    };
    leave(leavesFirst);
    leave(leavesFirst);
    new Logger('Orders').log('x');
    expect(both[1 - leavesFirst]?.lines).toHaveLength(1);
    leave(1 - leavesFirst);
    expect(NestState.logger).toBe(nestDefault);
  });
});
