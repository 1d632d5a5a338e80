// What both formats of all signals share: parse, check the limits, walk the schema.
import { DecodeBudget, type DecodeOptions } from './decode.options.js';
import { messageFromJson } from './json/message.decoder.js';
import { messageToJson } from './json/message.encoder.js';
import type { MessageData, MessageType } from './model/message.type.js';
import { OtlpDecodeError } from './otlp.errors.js';
import { readMessage } from './protobuf/message.decoder.js';
import { writeMessage } from './protobuf/message.encoder.js';
import { ProtobufReader } from './protobuf/protobuf.reader.js';
import { giveBack, takeWriter } from './protobuf/writer.pool.js';

/** What JSON.parse takes for one more value, at most. */
const JSON_VALUE_COST = 64;
/** By character code: 1 for each that a value can come after. */
const STRUCTURE = Uint8Array.from({ length: 256 }, (_, code) =>
  '[{,:'.includes(String.fromCharCode(code)) ? 1 : 0,
);
const UNLIMITED = {
  maxTextLength: Number.POSITIVE_INFINITY,
  maxDepth: Number.POSITIVE_INFINITY,
  maxNodes: Number.POSITIVE_INFINITY,
};

export function decodeProtobuf(type: MessageType, bytes: Uint8Array, options?: DecodeOptions): MessageData {
  return guarded(() => readMessage(new ProtobufReader(bytes), type, new DecodeBudget(options), 1));
}

export function encodeProtobuf(type: MessageType, data: MessageData): Uint8Array {
  const writer = takeWriter(UNLIMITED);
  writeMessage(writer, type, data);
  const encoded = writer.copy(0, writer.position);
  giveBack(writer);
  return encoded;
}

export function decodeJson(
  type: MessageType,
  json: Uint8Array | string,
  options?: DecodeOptions,
): MessageData {
  return guarded(() => {
    const budget = new DecodeBudget(options);
    const bytes = typeof json === 'string' ? Buffer.from(json) : json;
    budget.spend(memoryToParse(bytes));
    return messageFromJson(type, parse(bytes), budget, 1);
  });
}

export function encodeJson(type: MessageType, data: MessageData): Uint8Array {
  return Buffer.from(JSON.stringify(messageToJson(type, data)));
}

/** Counts what could start a value, so that `[[[[[` is refused before it becomes a million lists. */
function memoryToParse(json: Uint8Array): number {
  let values = 0;
  for (let index = 0; index < json.length; index++) values += STRUCTURE[json[index] as number] as number;
  return values * JSON_VALUE_COST + json.length * 2;
}

function parse(json: Uint8Array): unknown {
  const text = Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OtlpDecodeError('OTLP_MALFORMED', 'The bytes are no JSON.', { cause });
  }
}

/** Nothing but our own error leaves a decoder, whatever the engine threw: it may run out of stack or memory. */
function guarded<Result>(decode: () => Result): Result {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof OtlpDecodeError) throw cause;
    throw new OtlpDecodeError('OTLP_MALFORMED', 'The bytes cannot be decoded.', { cause });
  }
}
