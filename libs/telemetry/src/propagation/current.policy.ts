import { OutboundPolicy } from './outbound.policy.js';

const standard = new OutboundPolicy({
  outboundHosts: [],
  sameSuffixAs: [],
  baggageKeys: ['environment', 'version', 'tenant'],
  maxBaggageBytes: 2048,
});
const installed: OutboundPolicy[] = [];

/**
 * The policy every carrier follows, whoever writes to it: it belongs to the process, like the global propagator. The
 * defaults hold while no application has set one.
 */
export function outboundPolicy(): OutboundPolicy {
  return installed.at(-1) ?? standard;
}

/** Puts a policy in force; the latest counts. Returns how to withdraw it. */
export function useOutboundPolicy(policy: OutboundPolicy): () => void {
  installed.push(policy);
  return () => {
    const at = installed.lastIndexOf(policy);
    if (at >= 0) installed.splice(at, 1);
  };
}
