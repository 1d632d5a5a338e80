import type { ObservableResult } from '@opentelemetry/api';
import { droppedLines, whenReadAgain } from '../logging/stdout.line-writer.js';
import { METRICS } from '../metrics/catalog.js';
import { observableFor } from '../metrics/instruments.js';
import { warn } from '../telemetry.warnings.js';
import type { Hook } from './hook.js';
import { sharedInstallation } from './shared.installation.js';

function observe(result: ObservableResult): void {
  result.observe(droppedLines());
}

const countDropped = sharedInstallation(() => {
  const counter = observableFor(METRICS.logLinesDropped);
  counter.addCallback(observe);
  const stopTelling = whenReadAgain((count) => warn('NT_LOG_LINES_DROPPED', { count }));
  return () => {
    stopTelling();
    counter.removeCallback(observe);
  };
});

/** The count of log lines that standard output did not take. */
export const logLinesHook: Hook = {
  name: 'log lines',
  install({ options }) {
    if (!options.logs.enabled) return { installed: false, absent: true, reason: 'logs.enabled is false' };
    // Nothing to tell of in the boot line: it listens to ourselves.
    return { installed: true, uninstall: countDropped(), isIdle: () => true };
  },
};
