/** A finished span as the trace tree draws it: plain data, from this process or from any other. */
export interface TreeSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  service: string;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  status: 'unset' | 'ok' | 'error';
  statusMessage?: string;
  attributes: Readonly<Record<string, unknown>>;
  events: readonly TreeEvent[];
}

/** A span event. */
export interface TreeEvent {
  name: string;
  timeUnixNano: bigint;
  attributes: Readonly<Record<string, unknown>>;
}

/** A log line that belongs to a trace. */
export interface TreeLog {
  traceId: string;
  spanId?: string;
  timeUnixNano: bigint;
  severity: string;
  service: string;
  context?: string;
  message: string;
}

/** How a tree is drawn. */
export interface TraceTreeOptions {
  /** Log lines to print under the trace they belong to. */
  logs?: readonly TreeLog[];
  /** Whether to colour by ANSI sequences. */
  colors: boolean;
  /** Columns of the terminal. @defaultValue 100 */
  width?: number;
}
