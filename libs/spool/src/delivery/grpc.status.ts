import type { Answer } from './answer.js';

export const GRPC_OK = 0;
/** CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS (OTLP specification, "Failures"). */
const RETRYABLE = new Set([1, 4, 10, 11, 14, 15]);
const INVALID_ARGUMENT = 3;
/** May be sent again only when the server says when; without that it usually means a message that is too large. */
const RESOURCE_EXHAUSTED = 8;
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** What a call that failed means. */
export function readGrpcFailure(
  code: number,
  message: string,
  details: string | string[] | undefined,
): Answer {
  const reason = message === '' ? `gRPC status ${code}` : `gRPC status ${code}: ${message}`;
  const afterMillis = readRetryInfo(details);
  if (RETRYABLE.has(code) || (code === RESOURCE_EXHAUSTED && afterMillis !== undefined))
    return { kind: 'later', reason, afterMillis };
  return { kind: 'never', reason, isDivisible: code === INVALID_ARGUMENT || code === RESOURCE_EXHAUSTED };
}

/** The pause in a google.rpc.RetryInfo among the details of a google.rpc.Status, which come in base64. */
function readRetryInfo(details: string | string[] | undefined): number | undefined {
  if (details === undefined) return undefined;
  const status = Buffer.from(String(details), 'base64');
  for (const any of fieldsOf(status, 3)) {
    const [type = Buffer.alloc(0)] = fieldsOf(any, 1);
    if (type.toString('latin1') !== RETRY_INFO) continue;
    const [info = Buffer.alloc(0)] = fieldsOf(any, 2);
    const [delay = Buffer.alloc(0)] = fieldsOf(info, 1);
    const millis = numberOf(delay, 1) * 1000 + numberOf(delay, 2) / 1e6;
    // Negative numbers are the largest on the wire.
    return millis < 2 ** 62 ? millis : 0;
  }
  return undefined;
}

interface Field {
  readonly number: number;
  readonly value: number | Buffer;
}

function fieldsOf(message: Buffer, number: number): Buffer[] {
  return readFields(message).flatMap((field) =>
    field.number === number && typeof field.value === 'object' ? [field.value] : [],
  );
}

function numberOf(message: Buffer, number: number): number {
  const field = readFields(message).find((candidate) => candidate.number === number);
  return typeof field?.value === 'number' ? field.value : 0;
}

/** The fields of a protobuf message that are numbers or bytes; reading ends where something else is. */
function readFields(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 64 && at < message.length; shift += 7) {
      const byte = message[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (tag % 8 === 0) {
      fields.push({ number, value: varint() });
      continue;
    }
    if (tag % 8 !== 2) break;
    const length = varint();
    if (length > message.length - at) break;
    fields.push({ number, value: message.subarray(at, at + length) });
    at += length;
  }
  return fields;
}
