/** What `encodeURIComponent` leaves alone. */
const UNRESERVED = /^[A-Za-z0-9\-_.!~*'()]*$/;
const ESCAPES = /(?:%[0-9a-fA-F]{2})+/g;
const utf8 = new TextDecoder();

/** Percent-encodes everything but letters, digits and `-_.!~*'()`. Half a surrogate pair becomes U+FFFD, never an error. */
export function percentEncode(text: string): string {
  return UNRESERVED.test(text) ? text : encodeURIComponent(wellFormed(text));
}

/** Percent-decodes. Bytes that are not UTF-8 become U+FFFD, and a `%` that begins no escape stays one. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return decodeLeniently(text);
  }
}

function decodeLeniently(text: string): string {
  return text.replace(ESCAPES, (run) => utf8.decode(Buffer.from(run.replaceAll('%', ''), 'hex')));
}

/** The text with everything that is not printable ASCII percent-encoded, so that it can be a header. */
export function printable(text: string): string {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return wellFormed(text).replace(/[^\x20-\x7e]/gu, encodeURIComponent);
  }
  return text;
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
