type RenderTraceTree = (typeof import('nest-telemetry/testing'))['renderTraceTree'];

/** A finished span, as the trace tree draws it. */
export type TreeSpan = Parameters<RenderTraceTree>[0][number];

/** A log line of a trace, as the trace tree draws it. */
export type TreeLog = NonNullable<Parameters<RenderTraceTree>[1]['logs']>[number];

/** What is known of one trace so far. */
export interface Trace {
  readonly spans: readonly TreeSpan[];
  readonly logs: readonly TreeLog[];
}
