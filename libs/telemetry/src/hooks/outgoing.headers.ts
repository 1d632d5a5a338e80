import type { TextMapSetter } from '@opentelemetry/api';
import { printable } from '../propagation/percent-encoding.js';
import type { HttpClientDoor } from './http-client.door.js';

const BAGGAGE = 'baggage';
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Writes propagated values as request headers. What came in over another transport may hold characters that no header
 * may have; HTTP clients throw at them, and the request of the application must not fail because of telemetry.
 */
export function outgoingHeaders<R extends object>(door: HttpClientDoor<R>): TextMapSetter<R> {
  return {
    set(request, name, value) {
      if (!TOKEN.test(name)) return;
      // Baggage the application wrote itself is meant; trace context must be that of the span.
      if (name === BAGGAGE && door.header(request, BAGGAGE) !== undefined) return;
      door.setHeader(request, name, printable(value));
    },
  };
}
