import type { ObservableResult } from '@opentelemetry/api';
import { METRICS, REJECTION_REASON } from '../metrics/catalog.js';
import { observableFor } from '../metrics/instruments.js';
import { useOutboundPolicy } from '../propagation/current.policy.js';
import { OutboundPolicy } from '../propagation/outbound.policy.js';
import { rejections } from '../propagation/rejections.js';
import type { Hook } from './hook.js';
import { sharedInstallation } from './shared.installation.js';

function observe(result: ObservableResult): void {
  for (const [reason, count] of rejections()) result.observe(count, { [REJECTION_REASON]: reason });
}

const countRejections = sharedInstallation(() => {
  const rejected = observableFor(METRICS.propagationRejected);
  rejected.addCallback(observe);
  return () => rejected.removeCallback(observe);
});

/** The trust boundary on the way out, in force for everything this process sends, and the count of what was turned away. */
export const propagationHook: Hook = {
  name: 'propagation',
  install({ options }) {
    const undo = [useOutboundPolicy(new OutboundPolicy(options.propagation)), countRejections()];
    return {
      installed: true,
      uninstall() {
        for (const step of undo) step();
      },
    };
  },
};
