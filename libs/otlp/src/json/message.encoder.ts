import {
  DEFAULTS,
  type Field,
  type MessageData,
  MessageType,
  type ScalarType,
} from '../model/message.type.js';

/** The OTLP/JSON form of a message: hexadecimal ids, 64-bit integers as text, enums as numbers, bytes in base64. */
export function messageToJson(type: MessageType, data: MessageData): MessageData {
  const json: MessageData = {};
  for (const field of type.fields) {
    const value = data[field.name];
    if (value === undefined || value === null) continue;
    if (field.isRepeated) {
      const values = value as readonly unknown[];
      if (values.length > 0) json[field.name] = values.map((element) => valueToJson(field, element));
    } else if (field.hasPresence || value !== DEFAULTS[field.type as ScalarType]) {
      json[field.name] = valueToJson(field, value);
    }
  }
  return json;
}

function valueToJson({ type }: Field, value: unknown): unknown {
  if (type instanceof MessageType) return messageToJson(type, value as MessageData);
  if (type === 'bytes') return Buffer.from(value as Uint8Array).toString('base64');
  if (typeof value === 'bigint') return value.toString();
  // JSON has no word for these.
  return type === 'double' && !Number.isFinite(value) ? String(value) : value;
}
