import { createContextKey, type Context, type Span } from '@opentelemetry/api';
import { SPAN_KEY } from '../tracing/active-span.context.js';

export const OBSERVATION_KEY = createContextKey('nest-telemetry server observation');

/**
 * The context a request is served in: that of its caller, its span and its observation. Put into place by
 * `trace.setSpan()` and `setValue()`, the two would cost a copy of all values each, for every request.
 */
export class RequestContext implements Context {
  constructor(
    private readonly base: Context,
    private readonly span: Span,
    private readonly observation: object,
  ) {}

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.span;
    if (key === OBSERVATION_KEY) return this.observation;
    return this.base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.plain().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.plain().deleteValue(key);
  }

  private plain(): Context {
    return this.base.setValue(SPAN_KEY, this.span).setValue(OBSERVATION_KEY, this.observation);
  }
}
