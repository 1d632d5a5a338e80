import { count } from './figures.js';
import type { DoctorRule } from './doctor.rule.js';
import type { ExaminedSpan } from './examined.span.js';
import { Sightings } from './sightings.js';

type Cause = 'unsampled' | 'caller' | 'lost';

/** Batches are sent every second or few; what is missing after this long is missing. */
const ARRIVING_US = 10_000_000;

const CAUSES: Readonly<Record<Cause, { readonly likely: string; readonly fix: string }>> = {
  unsampled: {
    likely: 'the caller did not sample these traces and this program records them all the same',
    fix: 'Sample alike on both sides: the same traces.ratio, and traces.parents as they are by default; keep whole traces with traces.keep on every service. Elsewhere: OTEL_TRACES_SAMPLER=parentbased_traceidratio.',
  },
  caller: {
    likely: 'the program that called sends its spans elsewhere, or nowhere',
    fix: "Let the caller send here as well (OTEL_EXPORTER_OTLP_ENDPOINT). If strangers may call with a traceparent of theirs, begin new traces for them: propagation: { inbound: 'restart' }.",
  },
  lost: {
    likely: 'the parent is of the same program: it never ended, or its exporter dropped it',
    fix: 'Look for NT_SPAN_PENDING, NT_SPANS_DROPPED and NT_QUEUE_FULL in its log. End spans on every path, best with runInSpan() or @Span(); raise traces.batch.maxQueueSize (OTEL_BSP_MAX_QUEUE_SIZE); call app.enableShutdownHooks() so that the last batch is sent.',
  },
};

/** D02. Instrumentation Score SPA-002. */
export const orphanRule: DoctorRule = {
  id: 'D02',
  severity: 'warning',
  title: 'Spans whose parent never came',
  about:
    'The parent is not in the trace ten seconds after its last span. The likeliest cause is named: the caller did not sample the trace, the caller sends nothing here, or the parent was lost in its own program.',
  fix: 'It depends on the cause: sample alike on both sides, let the caller send here, or end every span.',
  examine: ({ sample, store, nowUs }) => {
    const orphans = new Sightings<Cause>();
    for (const { spans, byId, endUs, isWhole } of sample.traces) {
      if (!isWhole || endUs > nowUs - ARRIVING_US) continue;
      for (const span of spans) {
        const { parentId, service } = span.columns;
        if (parentId === null || byId.has(parentId)) continue;
        const cause = causeOf(span);
        orphans.add(`${cause} ${service}`, span, cause);
      }
    }
    return orphans.diagnose(({ service, details, first }) => {
      const { likely, fix } = CAUSES[first];
      const evicted =
        store.totals.evictedSpans > 0 ? ' Some spans were taken out here to make room, too.' : '';
      return {
        evidence: `${count(details.length, 'span')} of ${service} named a parent that is not here. Most likely ${likely}.${evicted}`,
        fix,
      };
    });
  },
};

function causeOf(span: ExaminedSpan): Cause {
  if (!span.hasRemoteParent) return 'lost';
  return span.isOfUnsampledTrace ? 'unsampled' : 'caller';
}
