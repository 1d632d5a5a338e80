import { Logger, type LoggerService } from '@nestjs/common';
import { TelemetryLogger } from './telemetry.logger.js';

/** What came of {@link installTelemetryLogger}. */
export type LoggerInstallation =
  | {
      readonly installed: true;
      /** The logger that writes now: the given one, or the application's own `TelemetryLogger`. */
      readonly logger: TelemetryLogger;
      readonly uninstall: () => void;
    }
  | { readonly installed: false; readonly reason: string };

/** Nest keeps these protected; a subclass may read them. */
class NestLoggerState extends Logger {
  static current(): LoggerService | undefined {
    return Logger.staticInstanceRef;
  }

  static levels(): readonly string[] | undefined {
    return Logger.logLevels;
  }
}

/** While nobody chose a logger, Nest gives every `Logger` an instance of its own, and the shared one otherwise. */
function isNestDefault(): boolean {
  return new Logger().localInstance !== new Logger().localInstance;
}

/** Known by name: `@nestjs/testing` is not installed in production. */
function isTestingLogger(current: LoggerService): boolean {
  return current.constructor.name === 'TestingLogger';
}

/** Ours, in the order in which the applications of this process started. */
const installed: TelemetryLogger[] = [];
let original: LoggerService | undefined;

/**
 * Makes Nest's `Logger` write through the given logger, unless the application chose otherwise: a logger of its own,
 * `logger: false`, or the logger of a testing module stay. Levels the application gave to Nest are kept, and buffered
 * lines are left for the application to flush.
 *
 * A `TelemetryLogger` that the application made itself stays too, and takes over the options it was not given.
 *
 * @param recorded - lines go to a recorder: then they also replace the logger of a testing module, which drops most
 */
export function installTelemetryLogger(logger: TelemetryLogger, recorded = false): LoggerInstallation {
  const current = NestLoggerState.current();
  if (current === undefined) return { installed: false, reason: 'the application turned logging off' };

  const isOurs = current instanceof TelemetryLogger;
  if (isOurs && !installed.includes(current)) {
    const goBack = current === logger ? () => {} : current.useDefaults(logger.inUse);
    return { installed: true, logger: current, uninstall: goBack };
  }
  if (!isOurs && !isNestDefault() && !(recorded && isTestingLogger(current))) {
    return { installed: false, reason: `the application set its own logger (${current.constructor.name})` };
  }

  if (!isOurs) {
    original = current;
    // Those still listed were replaced by somebody and never left.
    installed.length = 0;
  }
  const levels = NestLoggerState.levels();
  if (levels !== undefined) logger.setLogLevels(levels);
  installed.push(logger);
  Logger.overrideLogger(logger);
  return { installed: true, logger, uninstall: () => uninstall(logger) };
}

function uninstall(logger: TelemetryLogger): void {
  const index = installed.lastIndexOf(logger);
  if (index === -1) return;
  installed.splice(index, 1);
  // Whoever replaced it since then stays.
  if (NestLoggerState.current() !== logger) return;
  const previous = installed.at(-1) ?? original;
  if (previous !== undefined) Logger.overrideLogger(previous);
}
