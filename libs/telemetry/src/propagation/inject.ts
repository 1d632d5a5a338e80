import { context as active, propagation, type Context, type TextMapSetter } from '@opentelemetry/api';
import { guarded } from '../telemetry.warnings.js';
import { carrierOf, type AnyCarrier, type Carrier } from './carrier.js';
import { outboundPolicy } from './current.policy.js';
import { printable } from './percent-encoding.js';

/**
 * Options of {@link inject}.
 * @since 0.1.0
 */
export interface InjectOptions {
  /** What to send. @defaultValue the active context */
  context?: Context;
  /** Where it goes to. A host that is outside of the trust boundary gets nothing. @defaultValue trusted */
  host?: string;
}

const setter: TextMapSetter<Carrier> = {
  set: (carrier, key, value) => carrier.set(key, printable(value)),
};

/**
 * Writes the current trace and baggage to the headers of a message, in printable ASCII, and returns them. The rules of
 * `propagation` hold: baggage keys that are allowed, as many as fit. Never throws.
 *
 * ```ts
 * await queue.publish(order, inject({}));
 * ```
 * @since 0.1.0
 */
export function inject<C extends AnyCarrier>(carrier: C, options: InjectOptions = {}): C {
  guarded(
    'inject()',
    () => {
      if (options.host !== undefined && !outboundPolicy().mayPropagateTo(options.host)) return;
      propagation.inject(options.context ?? active.active(), carrierOf(carrier), setter);
    },
    undefined,
  );
  return carrier;
}
