import { GuardLogProcessor } from '../../processors/guard.log-processor.js';
import type { RuntimeOverrides } from '../runtime-overrides.js';
import { createLogExporters } from './log-exporters.js';
import type { ExportSurroundings } from '../export-processors.js';

/** What a log record passes on its way out: the user's processors, exporters. A recorder reads lines instead. */
export function createLogPipeline(
  surroundings: ExportSurroundings,
  overrides: RuntimeOverrides | undefined,
): GuardLogProcessor {
  const exporting = overrides === undefined ? createLogExporters(surroundings) : [];
  const { processors } = surroundings.options.logs;
  return new GuardLogProcessor([...processors, ...exporting], new Set(exporting));
}
