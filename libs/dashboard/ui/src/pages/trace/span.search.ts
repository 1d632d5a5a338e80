import type { SpanView } from '../../../../src/api/api.types.ts';
import { matches, parseQuery } from '../../../../src/query/attribute.query.ts';

/** Ids of the spans a query is true of; the language is that of the list of traces. Nothing is asked, nothing is found. */
export function searchSpans(spans: readonly SpanView[], query: string): ReadonlySet<string> {
  const terms = parseQuery(query);
  if (terms.length === 0) return new Set();
  const found = spans.filter((span) =>
    matches(terms, {
      attributes: span.attributes,
      fields: {
        name: span.name,
        service: span.service,
        kind: span.kind,
        status: span.status,
        duration: span.durationUs,
      },
      texts: [
        span.name,
        span.service,
        span.statusMessage,
        span.spanId,
        ...Object.keys(span.attributes),
        ...span.events.map(({ name }) => name),
      ],
    }),
  );
  return new Set(found.map(({ spanId }) => spanId));
}
