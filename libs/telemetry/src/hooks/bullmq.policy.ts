import type { InboundPolicy } from '../telemetry.options.js';

/** What decides whether a job continues the trace it was put into the queue in. */
interface Timing {
  readonly repeatJobKey?: unknown;
  readonly opts?: { readonly repeat?: unknown; readonly delay?: unknown } | undefined;
}

/** Choices of the applications of this process, the newest last: workers do not know whose they are. */
const chosen: { readonly inbound: InboundPolicy | undefined }[] = [];

/** Puts a choice in force; returns how to take it back. */
export function useJobPolicy(inbound: InboundPolicy | undefined): () => void {
  const entry = { inbound };
  chosen.push(entry);
  return () => {
    const at = chosen.indexOf(entry);
    if (at >= 0) chosen.splice(at, 1);
  };
}

/**
 * Jobs that come again and again never continue a trace, for it would have no end. Jobs that were put off do not unless
 * they are told to, for their trace would last as long as the delay.
 */
export function policyFor({ repeatJobKey, opts }: Timing): InboundPolicy {
  if (repeatJobKey || opts?.repeat) return 'restart';
  return chosen.at(-1)?.inbound ?? (Number(opts?.delay) > 0 ? 'restart' : 'continue');
}
