// google.rpc.Status, by which OTLP tells errors: code (1), message (2) and details (3), of which the one that is used
// here is a google.rpc.RetryInfo.

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';
const MOST_CHARACTERS = 500;

export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  /** When a sender had better come again; undefined when it had better not. */
  readonly retryAfterSeconds: number | undefined;
}

/** In protobuf. */
export function encodeRpcStatus({ code, message, retryAfterSeconds }: RpcStatus): Uint8Array {
  const parts = [tag(1, 0), varint(code), field(2, Buffer.from(message.slice(0, MOST_CHARACTERS)))];
  if (retryAfterSeconds !== undefined) {
    const duration = Buffer.concat([tag(1, 0), varint(retryAfterSeconds)]);
    parts.push(field(3, Buffer.concat([field(1, Buffer.from(RETRY_INFO)), field(2, field(1, duration))])));
  }
  return Buffer.concat(parts);
}

/** In protobuf's JSON. */
export function rpcStatusJson({ code, message, retryAfterSeconds }: RpcStatus): Uint8Array {
  const details =
    retryAfterSeconds === undefined ? [] : [{ '@type': RETRY_INFO, retryDelay: `${retryAfterSeconds}s` }];
  return Buffer.from(JSON.stringify({ code, message: message.slice(0, MOST_CHARACTERS), details }));
}

function tag(number: number, wireType: number): Buffer {
  return Buffer.from([number * 8 + wireType]);
}

function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([tag(number, 2), varint(bytes.byteLength), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
