import type { AnyValue, KeyValue } from './model/otlp.data.js';

/** A decoded value as JavaScript has it. */
export type PlainValue =
  string | number | bigint | boolean | null | Uint8Array | PlainValue[] | { [key: string]: PlainValue };

/**
 * The JavaScript value of an AnyValue: integers as numbers where that is exact, else as bigint; null when empty.
 * @since 0.1.0
 */
export function plainValue(value: AnyValue | undefined): PlainValue {
  if (value === undefined) return null;
  if (value.intValue !== undefined) return plainInteger(value.intValue);
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plainValue);
  if (value.kvlistValue !== undefined) return plainAttributes(value.kvlistValue.values);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null;
}

/**
 * Attributes as an object without prototype; of a key that comes twice the last value counts.
 * @since 0.1.0
 */
export function plainAttributes(attributes: readonly KeyValue[]): Record<string, PlainValue> {
  const plain = Object.create(null) as Record<string, PlainValue>;
  for (const { key, value } of attributes) plain[key] = plainValue(value);
  return plain;
}

function plainInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
