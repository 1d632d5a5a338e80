import type { ObservableResult } from '@opentelemetry/api';
import { METRICS, REDACTION_LIMIT, REDACTION_PLACE, REDACTION_RULE } from '../metrics/catalog.js';
import { observableFor } from '../metrics/instruments.js';
import { redactionFindings } from '../processors/redaction/current.redactor.js';
import type { Hook } from './hook.js';
import { sharedInstallation } from './shared.installation.js';

function observeApplied(result: ObservableResult): void {
  for (const { rule, place, count } of redactionFindings().firings)
    result.observe(count, { [REDACTION_RULE]: rule, [REDACTION_PLACE]: place });
}

function observeTruncated(result: ObservableResult): void {
  for (const { limit, place, count } of redactionFindings().cuts)
    result.observe(count, { [REDACTION_LIMIT]: limit, [REDACTION_PLACE]: place });
}

const countFindings = sharedInstallation(() => {
  const applied = observableFor(METRICS.redactionApplied);
  const truncated = observableFor(METRICS.redactionTruncated);
  applied.addCallback(observeApplied);
  truncated.addCallback(observeTruncated);
  return () => {
    applied.removeCallback(observeApplied);
    truncated.removeCallback(observeTruncated);
  };
});

/** Tells what redaction did. The redactor itself is in force before any hook is. */
export const redactionHook: Hook = {
  name: 'redaction',
  install({ options }) {
    if (options.redaction.enabled === false)
      return { installed: false, reason: 'redaction.enabled is false' };
    // That it is on is no news; the boot line tells when it is not.
    return { installed: true, uninstall: countFindings(), isIdle: () => true };
  },
};
