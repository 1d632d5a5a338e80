/** A span as Jaeger's own page gets it, by the API of that page. */
export interface JaegerSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly data:
    | readonly {
        readonly spans: readonly {
          readonly traceID: string;
          readonly spanID: string;
          readonly operationName: string;
          readonly processID: string;
          readonly references: readonly {
            readonly refType: string;
            readonly traceID: string;
            readonly spanID: string;
          }[];
          readonly tags: readonly { readonly key: string; readonly value: unknown }[];
        }[];
        readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
      }[]
    | null;
}

/** The spans of a trace that Jaeger has; none when it does not know it. */
export async function jaegerSpans(jaegerUrl: string, traceId: string): Promise<JaegerSpan[]> {
  const response = await fetch(`${jaegerUrl}/api/traces/${traceId}`, { signal: AbortSignal.timeout(10_000) });
  const answer = await response.text();
  if (response.status === 404) return [];
  if (!response.ok) throw new Error(`Jaeger answered ${response.status}: ${answer}`);
  const { data } = JSON.parse(answer) as Answer;
  return (data ?? []).flatMap(({ spans, processes }) =>
    spans.map((span) => ({
      traceId: span.traceID,
      spanId: span.spanID,
      parentSpanId: span.references.find(
        ({ refType, traceID }) => refType === 'CHILD_OF' && traceID === traceId,
      )?.spanID,
      name: span.operationName,
      service: processes[span.processID]?.serviceName ?? '',
      attributes: Object.fromEntries(span.tags.map(({ key, value }) => [key, value])),
    })),
  );
}
