import type { EncodableLink, EncodableSpan, EncodableSpanContext } from '../encodable.js';
import { attempt, safeAttributes, safeCount, safeList, safeText, safeTime } from '../hostile.js';

/** A copy of a span that threw when it was encoded: whatever can be read and written, and counts of the rest. */
export function tamedSpan(span: EncodableSpan): EncodableSpan {
  const attributes = safeAttributes(() => span.attributes);
  const context = tamedContext(attempt(() => span.spanContext()));
  return {
    name: safeText(() => span.name),
    kind: safeCount(() => span.kind),
    spanContext: () => context,
    parentSpanContext: tamedContext(attempt(() => span.parentSpanContext)),
    startTime: safeTime(() => span.startTime),
    endTime: safeTime(() => span.endTime),
    status: {
      code: safeCount(() => span.status.code),
      message: safeText(() => span.status.message),
    },
    attributes: attributes.kept,
    events: safeList(() => span.events).map((event) => {
      const { kept, dropped } = safeAttributes(() => event.attributes);
      return {
        time: safeTime(() => event.time),
        name: safeText(() => event.name),
        attributes: kept,
        droppedAttributesCount: safeCount(() => event.droppedAttributesCount) + dropped,
      };
    }),
    links: safeList(() => span.links).map(tamedLink),
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: safeCount(() => span.droppedAttributesCount) + attributes.dropped,
    droppedEventsCount: safeCount(() => span.droppedEventsCount),
    droppedLinksCount: safeCount(() => span.droppedLinksCount),
  };
}

function tamedLink(link: EncodableLink): EncodableLink {
  const { kept, dropped } = safeAttributes(() => link.attributes);
  return {
    context: tamedContext(attempt(() => link.context)),
    attributes: kept,
    droppedAttributesCount: safeCount(() => link.droppedAttributesCount) + dropped,
  };
}

/** @internal Also for log records. */
export function tamedContext(context: EncodableSpanContext | undefined): EncodableSpanContext {
  const state = safeText(() => context?.traceState?.serialize());
  return {
    traceId: safeText(() => context?.traceId),
    spanId: safeText(() => context?.spanId),
    traceFlags: safeCount(() => context?.traceFlags),
    traceState: { serialize: () => state },
    isRemote: attempt(() => context?.isRemote === true) ?? false,
  };
}
