import type { TelemetryLoggerOptions } from './logger.options.js';
import { TelemetryLogger } from './telemetry.logger.js';

/** A logger whose lines are kept instead of printed. */
export function loggerWithLines(options: TelemetryLoggerOptions = {}) {
  const lines: string[] = [];
  const writer = { write: (line: string) => void lines.push(line) };
  const logger = new TelemetryLogger({ level: 'verbose', format: 'json', service: {}, writer, ...options });
  const objects = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, lines, objects };
}
