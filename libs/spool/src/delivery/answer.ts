import {
  decodeExportResponse,
  decodeExportResponseJson,
  type PartialSuccess,
  type Signal,
} from '@nest-telemetry/otlp';
import { safeText } from '../spool.events.js';

/** What became of one request (OTLP specification, "Failures"). */
export type Answer =
  /** It was taken. Records rejected of it must not be sent again. */
  | { readonly kind: 'taken'; readonly rejected: number; readonly detail: string }
  /** It may work later, and not before a time the server asked for. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterMillis?: number | undefined }
  /** It will never work. Where a single record may be the cause, its neighbours may still be taken. */
  | { readonly kind: 'never'; readonly reason: string; readonly isDivisible: boolean };

const RETRYABLE = new Set([429, 502, 503, 504]);
/** The request as such is wrong, or too large. */
const DIVISIBLE = new Set([400, 413, 422]);

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

export function readHttpAnswer(signal: Signal, { status, headers, body }: HttpAnswer): Answer {
  const json = /\bjson\b/.test(String(headers['content-type'] ?? ''));
  if (status >= 200 && status < 300) return readTaken(signal, body, json);
  const reason = `HTTP ${status}`;
  if (RETRYABLE.has(status)) {
    return { kind: 'later', reason, afterMillis: readRetryAfter(headers['retry-after'], Date.now()) };
  }
  return { kind: 'never', reason: describeRefusal(reason, body, json), isDivisible: DIVISIBLE.has(status) };
}

/** The answer to a request that was taken; one that cannot be read says nothing against it. */
export function readTaken(signal: Signal, body: Uint8Array, json: boolean): Answer {
  let partial: PartialSuccess | undefined;
  try {
    partial = (json ? decodeExportResponseJson : decodeExportResponse)(signal, body);
  } catch {
    partial = undefined;
  }
  return {
    kind: 'taken',
    rejected: Number(partial?.rejected ?? 0),
    detail: safeText(partial?.errorMessage ?? ''),
  };
}

/**
 * Milliseconds that a `Retry-After` asks for: seconds or a date (RFC 9110, 10.2.3). A time that is over is none to
 * wait for; what cannot be read was not said.
 */
export function readRetryAfter(value: string | string[] | undefined, now: number): number | undefined {
  const text = String(value ?? '').trim();
  if (/^-?\d+$/.test(text)) return Math.max(0, Number(text) * 1000);
  // A date has a letter; Date.parse takes much else.
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The status with what the server wrote, if that is text: a google.rpc.Status in protobuf is told by its status alone. */
function describeRefusal(reason: string, body: Uint8Array, json: boolean): string {
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 400)).toString('utf8');
  return safeText(json || /^[\x20-\x7e\s]*$/.test(text) ? `${reason} ${text}` : reason);
}
