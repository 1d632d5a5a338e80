import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator } from '@opentelemetry/core';
import type { PropagatorName } from '../telemetry.options.js';
import { BoundedB3Propagator } from './b3.propagator.js';
import { JaegerPropagator } from './jaeger.propagator.js';
import { W3cBaggagePropagator } from './w3c-baggage.propagator.js';
import { W3cTraceContextPropagator } from './w3c-trace-context.propagator.js';

const MAKERS: Readonly<Record<Exclude<PropagatorName, 'none'>, () => TextMapPropagator>> = {
  tracecontext: () => new W3cTraceContextPropagator(),
  baggage: () => new W3cBaggagePropagator(),
  b3: () => new BoundedB3Propagator('single'),
  b3multi: () => new BoundedB3Propagator('multi'),
  jaeger: () => new JaegerPropagator(),
};

/**
 * The propagator for the names of `OTEL_PROPAGATORS`. All of them are written; of those that find a parent in what was
 * received the last one wins. `none` turns all of them off.
 */
export function createPropagator(names: readonly PropagatorName[]): TextMapPropagator {
  const wanted = names.includes('none') ? [] : [...new Set(names)];
  const propagators = wanted.flatMap((name) => (name === 'none' ? [] : MAKERS[name]()));
  return new CompositePropagator({ propagators });
}
