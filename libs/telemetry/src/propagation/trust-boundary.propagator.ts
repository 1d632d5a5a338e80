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
    return guarded('Propagator extract()', () => this.inner.extract(context, carrier, getter), context);
  }

  fields(): string[] {
    return this.inner.fields();
  }
}
