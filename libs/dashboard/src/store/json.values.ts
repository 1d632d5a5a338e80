import type { AnyValue, KeyValue } from '@nest-telemetry/otlp';
import type { JsonAttributes, JsonValue } from '../api/api.types.js';

/** What is kept of one value and one set of attributes; the rest is cut, visibly. */
export const LIMITS = { attributes: 128, text: 16_384, items: 1000, depth: 8 } as const;

/** Marks what was cut. */
const CUT = '…';

/** A value as JSON: bytes as base64, integers that JSON would change as strings. */
export function jsonValue(value: AnyValue | undefined, depth = 0): JsonValue {
  if (value === undefined) return null;
  if (value.stringValue !== undefined) return cut(value.stringValue);
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) {
    const number = Number(value.intValue);
    return Number.isSafeInteger(number) ? number : String(value.intValue);
  }
  // NaN and the infinities are no JSON.
  if (value.doubleValue !== undefined)
    return Number.isFinite(value.doubleValue) ? value.doubleValue : String(value.doubleValue);
  if (value.bytesValue !== undefined)
    return cut(Buffer.from(value.bytesValue.subarray(0, LIMITS.text)).toString('base64'));
  if (depth >= LIMITS.depth) return CUT;
  if (value.arrayValue !== undefined) {
    const { values } = value.arrayValue;
    const items = values.slice(0, LIMITS.items).map((item) => jsonValue(item, depth + 1));
    return values.length > LIMITS.items ? [...items, CUT] : items;
  }
  if (value.kvlistValue !== undefined) return jsonAttributes(value.kvlistValue.values, depth + 1);
  return null;
}

/** Attributes as an object without prototype, so that no key means anything. */
export function jsonAttributes(attributes: readonly KeyValue[], depth = 0): JsonAttributes {
  const json = Object.create(null) as Record<string, JsonValue>;
  const kept = attributes.length > LIMITS.attributes ? attributes.slice(0, LIMITS.attributes) : attributes;
  for (const { key, value } of kept) json[cut(key)] = jsonValue(value, depth);
  return json;
}

function cut(text: string): string {
  if (text.length <= LIMITS.text) return text;
  // Not within a pair of surrogates, of which one alone is no character.
  const isHalf = (text.codePointAt(LIMITS.text - 1) ?? 0) > 0xff_ff;
  return `${text.slice(0, isHalf ? LIMITS.text - 1 : LIMITS.text)}${CUT}`;
}
