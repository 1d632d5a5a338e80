import { createContextKey, type Context, type Span } from '@opentelemetry/api';

// The description is shared by every 1.x copy of the API, so `trace.getSpan()` of any copy finds the span in here.
export const SPAN_KEY = createContextKey('OpenTelemetry Context Key SPAN');

/**
 * A context that differs from another one in its span only. `trace.setSpan()` copies the map of all values, for every
 * span; this keeps a reference. Nested spans share one base, so look-ups do not get slower with depth.
 */
export class ActiveSpanContext implements Context {
  /** Whether anyone looked at the span: a child span, a log line or the user's own code may now refer to it. */
  seen = false;

  private readonly base: Context;

  constructor(
    parent: Context,
    private readonly span: Span,
  ) {
    const outer = parent instanceof SpanlessContext ? parent.outer : parent;
    this.base = outer instanceof ActiveSpanContext ? outer.base : outer;
  }

  getValue(key: symbol): unknown {
    if (key !== SPAN_KEY) return this.base.getValue(key);
    this.seen = true;
    return this.span;
  }

  setValue(key: symbol, value: unknown): Context {
    return this.base.setValue(SPAN_KEY, this.getValue(SPAN_KEY)).setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return key === SPAN_KEY
      ? this.base.deleteValue(SPAN_KEY)
      : new ActiveSpanContext(this.base.deleteValue(key), this.span);
  }
}

/** The context of work that has no span of its own: it is told from others, and all that is in it is its parent's. */
export class SpanlessContext implements Context {
  /** Nobody can refer to a span there is none of. */
  seen = false;
  readonly outer: Context;

  constructor(parent: Context) {
    this.outer = parent instanceof SpanlessContext ? parent.outer : parent;
  }

  getValue(key: symbol): unknown {
    return this.outer.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.outer.setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.outer.deleteValue(key);
  }
}
