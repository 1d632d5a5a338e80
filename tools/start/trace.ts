import type { Trace } from './trace.model.ts';
import type { TraceStore } from './trace.store.ts';

/** What a trace must hold to be whole. */
export interface Expectation {
  readonly services: readonly string[];
  /** Span names, each with how often it is there at least. */
  readonly spans: Readonly<Record<string, number>>;
}

/** What is still missing from a trace, in words; empty when it is whole. */
export function missingFrom({ spans, logs }: Trace, expected: Expectation): string[] {
  if (spans.length === 0) return ['no span arrived'];
  const missing: string[] = [];
  const roots = spans.filter((span) => span.parentSpanId === undefined);
  if (roots.length !== 1) missing.push(`${roots.length} root spans instead of one`);
  const ids = new Set(spans.map((span) => span.spanId));
  for (const { name, service, parentSpanId } of spans) {
    if (parentSpanId !== undefined && !ids.has(parentSpanId))
      missing.push(`the parent of ${name} (${service})`);
  }
  for (const [name, least] of Object.entries(expected.spans)) {
    const count = spans.filter((span) => span.name === name).length;
    if (count < least) missing.push(`span ${name}${least > 1 ? ` (${count} of ${least})` : ''}`);
  }
  for (const service of expected.services) {
    const own = spans.filter((span) => span.service === service);
    if (own.length === 0) missing.push(`the spans of ${service}`);
    else if (!own.some((span) => 'db.system.name' in span.attributes))
      missing.push(`a statement of ${service}`);
    if (!logs.some((log) => log.service === service)) missing.push(`the log lines of ${service}`);
  }
  return missing;
}

/** Waits until a trace is whole, or the signal aborts. */
export async function waitUntilWhole(
  store: TraceStore,
  traceId: string,
  expected: Expectation,
  signal: AbortSignal,
): Promise<void> {
  const whole = () => missingFrom(store.get(traceId), expected).length === 0;
  const changes = store.changes(signal);
  if (whole()) return;
  for await (const changed of changes) if (changed === traceId && whole()) return;
}
