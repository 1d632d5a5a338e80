import { type Context, ROOT_CONTEXT, type SpanContext, trace, TraceFlags } from '@opentelemetry/api';
import type { Seeded } from '../../../../libs/otlp/src/seeded.spec-helper.js';
import type { FuzzedText } from './fuzzed-text.js';

const traceFlags = TraceFlags.SAMPLED;

/** Mostly a trace or none; sometimes a span of somebody else with ids that are none, or too long for an exemplar. */
export function contextOf(seeded: Seeded, text: FuzzedText): Context {
  switch (seeded.below(4)) {
    case 0:
      return ROOT_CONTEXT;
    case 1: {
      const traceId = seeded.oneOf(['"', '', 'x'.repeat(200), 'é'.repeat(32), text.any(4)]);
      return contextWith({ traceId, spanId: text.any(4), traceFlags });
    }
    default:
      return contextWith({
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        traceFlags,
      });
  }
}

function contextWith(spanContext: SpanContext): Context {
  const span = trace.wrapSpanContext(spanContext);
  return trace.setSpan(ROOT_CONTEXT, Object.assign(span, { isRecording: () => true }));
}
