import type { SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Verdict } from './keep.policy.js';

/** The part of a trace that is in this process, from its first span until the last one of them has ended. */
export class LocalTrace {
  readonly traceId: string;
  /** Those that have ended and wait for the decision. */
  spans: ReadableSpan[] = [];
  open = 0;
  openRoots = 0;
  /** Whether its caller may yet say that it needs it. */
  isAwaited = false;
  /** What it will be, whatever else happens in it. */
  foreseen: Verdict | undefined;
  verdict: Verdict | undefined;

  constructor(
    /** The first span without a parent here. */
    readonly root: SpanContext,
    readonly startedAt: number,
    /** What becomes of it if it is not worth keeping. */
    public otherwise: Verdict,
  ) {
    this.traceId = root.traceId;
  }
}
