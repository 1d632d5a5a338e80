import { trace, type Tracer } from '@opentelemetry/api';
import { LIBRARY_NAME, LIBRARY_VERSION } from '../library.js';

/**
 * The tracer of this library. Fetched anew for every use: a tracer kept from before the SDK started, or from an SDK
 * that was replaced since (tests do that), would stay with the old one for ever.
 */
export function currentTracer(): Tracer {
  return trace.getTracer(LIBRARY_NAME, LIBRARY_VERSION);
}
