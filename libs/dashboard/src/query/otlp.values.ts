import type { JsonAttributes, JsonValue } from '../api/api.types.js';

/** A value of the OTLP/JSON encoding. */
export type OtlpJson = Readonly<Record<string, unknown>>;

/** Attributes as OTLP/JSON has them. Whole numbers are integers: the store does not know them from doubles. */
export function otlpAttributes(attributes: JsonAttributes): OtlpJson[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }));
}

export function otlpValue(value: JsonValue): OtlpJson {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (value === null) return {};
  if (Array.isArray(value)) return { arrayValue: { values: (value as readonly JsonValue[]).map(otlpValue) } };
  return { kvlistValue: { values: otlpAttributes(value as JsonAttributes) } };
}

/** Microseconds since the epoch as the text of nanoseconds. */
export function nanoseconds(microseconds: number): string {
  const whole = Math.floor(microseconds);
  return String(BigInt(whole) * 1000n + BigInt(Math.round((microseconds - whole) * 1000)));
}

/** Rows by what they share, in the order in which that is first seen. */
export function groupsOf<Row, Key>(rows: readonly Row[], key: (row: Row) => Key): [Key, Row[]][] {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const of = key(row);
    const group = groups.get(of);
    if (group === undefined) groups.set(of, [row]);
    else group.push(row);
  }
  return [...groups];
}
