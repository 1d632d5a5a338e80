/** Address of the trace list with some filters. */
export function tracesHref(filters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    if (value !== undefined && value !== '') query.set(name, value);
  return `/traces?${query.toString()}`;
}

/** Address of a trace, at one of its spans if given. */
export function spanHref(traceId: string, spanId: string | null): string {
  return `/traces/${traceId}${spanId === null ? '' : `?span=${spanId}`}`;
}

/** A condition of an attribute query: the value is quoted, whatever is in it. */
export function condition(key: string, value: string): string {
  return `${key}="${value.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}
