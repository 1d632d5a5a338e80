import type { Attributes } from '@opentelemetry/api';
import { textHash } from '../../metrics/text.hash.js';
import { cleanValue } from '../tracer/attribute-values.js';

/** A set of attributes independent of the object it was read from. */
export interface AttributeSet {
  readonly attributes: Attributes;
  /** The same for the same names and values in whatever order. */
  readonly hash: number;
  /** What could not be taken over, in words; `undefined` if nothing. */
  readonly refused: string | undefined;
}

export const NO_ATTRIBUTES: AttributeSet = {
  attributes: Object.freeze({}),
  hash: textHash(''),
  refused: undefined,
};

/** Copies what is an attribute and leaves out the rest. Never throws. */
export function attributeSetOf(source: unknown): AttributeSet {
  if (source === undefined || source === null) return NO_ATTRIBUTES;
  if (typeof source !== 'object' || Array.isArray(source))
    return { ...NO_ATTRIBUTES, refused: 'attributes that are no object' };
  const given = namesOf(source);
  if (given === undefined) return { ...NO_ATTRIBUTES, refused: 'attributes that cannot be read' };
  let refused: string | undefined;
  const attributes: Attributes = {};
  const names: string[] = [];
  for (const name of given) {
    const value = valueOf(source, name);
    if (value === undefined) {
      refused ??= `an unusable value of attribute ${name}`;
    } else if (value !== null) {
      names.push(name);
      // Assignment would lose an attribute called __proto__.
      Object.defineProperty(attributes, name, { value, enumerable: true });
    }
  }
  return { attributes: Object.freeze(attributes), hash: textHash(keyOf(attributes, names)), refused };
}

/** Whether two sets of {@link attributeSetOf} are the same, in whatever order. */
export function isSameSet(left: Attributes, right: Attributes): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => isSameValue(left[name], right[name]))
  );
}

/** The values of some attributes as one text; `undefined` if one is missing. */
export function valuesKey(attributes: Attributes, names: readonly string[]): string | undefined {
  let key = '';
  for (const name of names) {
    const value = attributes[name];
    if (value === undefined) return undefined;
    key += `${encode(value)},`;
  }
  return key;
}

function keyOf(attributes: Attributes, names: string[]): string {
  return names
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${encode(attributes[name])}`)
    .join();
}

function isSameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  return typeof left === typeof right && encode(left) === encode(right);
}

function encode(value: unknown): string {
  // JSON has no NaN and no Infinity.
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function namesOf(source: object): string[] | undefined {
  try {
    return Object.keys(source);
  } catch {
    return undefined;
  }
}

/** The value as an attribute may have it, null where there is none, `undefined` where it is no value of an attribute. */
function valueOf(source: object, name: string): unknown {
  try {
    return cleanValue((source as Record<string, unknown>)[name] ?? null, Infinity);
  } catch {
    return undefined;
  }
}
