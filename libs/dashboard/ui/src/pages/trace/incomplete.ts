import type { SpanView, StoreTotals, TraceSummary } from '../../../../src/api/api.types.ts';
import { hasRemoteParent } from './span.flags.ts';

/** For so long after its end a trace may have spans on their way. */
export const ARRIVING_US = 10_000_000;

export interface IncompleteTrace {
  readonly orphans: readonly SpanView[];
  /** What is missing, in a sentence. */
  readonly what: string;
  /** Why, most probably. */
  readonly cause: string;
}

/** Whether something of a trace is not here, and why that is most likely; undefined when all is there. */
export function incompleteness(
  summary: TraceSummary,
  spans: readonly SpanView[],
  totals: StoreTotals | undefined,
  nowUs: number,
): IncompleteTrace | undefined {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const orphans = spans.filter(({ parentSpanId }) => parentSpanId !== null && !ids.has(parentSpanId));
  const cut = summary.spans - spans.length;
  if (orphans.length === 0 && cut <= 0) return undefined;
  const missing = new Set(orphans.map(({ parentSpanId }) => parentSpanId)).size;
  return {
    orphans,
    what:
      cut > 0
        ? `${cut} of the ${summary.spans} spans that came in are not shown.`
        : `${missing === 1 ? 'A span that others name as their parent is' : `${missing} spans that others name as their parents are`} not here.`,
    cause: cut > 0 ? whyCut(spans.length) : whyOrphaned(summary, orphans, totals, nowUs),
  };
}

function whyCut(shown: number): string {
  return shown >= 100_000
    ? 'A page shows 100 000 spans at most.'
    : 'They were taken out to make room for newer ones; --max-bytes raises the limit.';
}

function whyOrphaned(
  summary: TraceSummary,
  orphans: readonly SpanView[],
  totals: StoreTotals | undefined,
  nowUs: number,
): string {
  if (nowUs - (summary.startUs + summary.durationUs) < ARRIVING_US)
    return 'Probably it is still running or on its way: spans are sent when they end. This page goes on by itself.';
  if ((totals?.evictedSpans ?? 0) > 0 && !summary.rootArrived)
    return 'Probably it was taken out to make room for newer spans; --max-bytes raises the limit.';
  const [first] = orphans;
  const isRemote = first === undefined ? undefined : hasRemoteParent(first);
  if (isRemote === true)
    return `The parent ran in another process, which called ${first?.service ?? 'this one'}. Probably that caller does not send its spans to this dashboard, or did not sample the trace.`;
  if (isRemote === false)
    return `The parent ran in the same process of ${first?.service ?? 'the service'}. Probably it never ended, the process ended before it was sent, or its exporter dropped it.`;
  return 'Probably the caller does not send its spans to this dashboard, did not sample the trace, or never ended the span.';
}
