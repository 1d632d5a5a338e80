import type { TextMapSetter } from '@opentelemetry/api';
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
      door.setHeader(request, name, headerSafe(value));
    },
  };
}

/** The value with everything that is not printable ASCII percent-encoded, as W3C Baggage does. */
export function headerSafe(value: string): string {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return encodeUnprintable(value);
  }
  return value;
}

function encodeUnprintable(value: string): string {
  // Half a surrogate pair cannot be encoded, so it becomes U+FFFD.
  return value.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}
