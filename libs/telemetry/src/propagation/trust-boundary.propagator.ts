import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { guarded } from '../telemetry.warnings.js';
import { outboundPolicy } from './current.policy.js';

/**
 * Stands in front of the propagator of the process, so that the rules for baggage hold on every carrier, also on those
 * other instrumentations write to, and so that nothing a propagator does reaches the application as an error.
 */
export class TrustBoundaryPropagator implements TextMapPropagator {
  constructor(private readonly inner: TextMapPropagator) {}

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    guarded(
      'Propagator inject()',
      () => this.inner.inject(outboundPolicy().outgoing(context), carrier, setter),
      undefined,
    );
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return guarded(
      'Propagator extract()',
      () => contextOf(this.inner.extract(context, carrier, getter)),
      context,
    );
  }

  fields(): string[] {
    return guarded('Propagator fields()', () => [...this.inner.fields()], []);
  }
}

/** @throws TypeError for what is no context: it would fail later, in the application, and far from here */
function contextOf(extracted: Context): Context {
  if (extracted instanceof Promise || typeof extracted?.getValue === 'function') return extracted;
  throw new TypeError('it answered with something else than a context');
}
