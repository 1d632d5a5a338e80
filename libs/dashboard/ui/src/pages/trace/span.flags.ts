import type { SpanView } from '../../../../src/api/api.types.ts';

const SAMPLED = 0x1;
const RANDOM = 0x2;
/** OTLP: whether it is known where the parent ran, and whether it was another process. */
const REMOTE_KNOWN = 0x100;
const REMOTE = 0x200;

/** Whether the parent ran in another process; undefined when the sender did not say. */
export function hasRemoteParent({ flags }: SpanView): boolean | undefined {
  return (flags & REMOTE_KNOWN) === 0 ? undefined : (flags & REMOTE) !== 0;
}

/** What the flags of a span say, in words. */
export function explainFlags(span: SpanView): string[] {
  const said = [
    (span.flags & SAMPLED) === 0
      ? 'Not marked as sampled: it was recorded for another reason, or its sender leaves the mark out.'
      : 'Sampled: it was chosen to be kept where the trace began.',
  ];
  if ((span.flags & RANDOM) !== 0) said.push('The trace id is random, so that samplers may go by it.');
  const isRemote = hasRemoteParent(span);
  if (isRemote !== undefined && span.parentSpanId !== null)
    said.push(isRemote ? 'Its parent ran in another process.' : 'Its parent ran in the same process.');
  return said;
}

/** Entries of a tracestate, the newest first; `ot` is OpenTelemetry's own. */
export function explainTraceState(
  traceState: string,
): readonly { readonly key: string; readonly text: string }[] {
  return traceState
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [key = '', ...rest] = entry.split('=');
      const value = rest.join('=');
      return { key, text: key === 'ot' ? `${value}${samplingText(value)}` : value };
    });
}

/** `th` is the threshold of consistent sampling: the share of traces that are dropped, as a hexadecimal fraction. */
function samplingText(value: string): string {
  const [, digits] = /(?:^|;)th:([0-9a-f]{1,14})/.exec(value) ?? [];
  if (digits === undefined) return '';
  const kept = 1 - Number.parseInt(digits, 16) / 16 ** digits.length;
  return kept === 1 ? ' (every trace is kept)' : ` (about 1 in ${Math.round(1 / kept)} traces is kept)`;
}
