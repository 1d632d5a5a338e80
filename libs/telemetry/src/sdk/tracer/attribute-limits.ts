import { diag, type Attributes } from '@opentelemetry/api';
import { reasonOf } from '../../telemetry.warnings.js';
import type { cleanValue } from './attribute-values.js';

/** Attributes that may be exported as they are, and how many had to be left out. */
export interface CleanAttributes {
  readonly attributes: Attributes;
  readonly count: number;
  readonly droppedAttributesCount: number;
}

/**
 * Attributes as they nearly always are: a few texts, numbers and booleans. These can be copied as a whole, which costs
 * a fraction of adding them one by one. `undefined` for anything else.
 */
function copyOfScalars(input: Attributes, maxCount: number, maxLength: number): CleanAttributes | undefined {
  const attributes = { ...input };
  let count = 0;
  for (const key in attributes) {
    const value = attributes[key];
    if (
      typeof value === 'string'
        ? value.length > maxLength
        : typeof value !== 'number' && typeof value !== 'boolean'
    ) {
      return undefined;
    }
    if (key === '' || key === '__proto__') return undefined;
    count += 1;
  }
  return count <= maxCount ? { attributes, count, droppedAttributesCount: 0 } : undefined;
}

/**
 * Copies the attributes that are valid, up to a number of them. Never throws: the attributes come from the code that
 * is observed, and a getter of theirs may.
 */
export function cleanAttributes(
  input: Attributes,
  maxCount: number,
  maxLength: number,
  clean: typeof cleanValue,
): CleanAttributes {
  const attributes: Attributes = {};
  let count = 0;
  let dropped = 0;
  try {
    const copy = copyOfScalars(input, maxCount, maxLength);
    if (copy !== undefined) return copy;
  } catch {
    // A getter threw; one by one, the others can be kept.
  }
  try {
    for (const key in input) {
      if (!Object.hasOwn(input, key)) continue;
      const value = readAttribute(input, key);
      if (value === undefined) continue;
      const cleaned =
        count < maxCount && isValidKey(key) ? cleanAttribute(key, value, maxLength, clean) : undefined;
      if (cleaned === undefined) {
        dropped += 1;
        continue;
      }
      attributes[key] = cleaned;
      count += 1;
    }
  } catch (error) {
    diag.warn(`Attributes could not be read: ${reasonOf(error)}`);
  }
  return { attributes, count, droppedAttributesCount: dropped };
}

const UNREADABLE = Symbol('unreadable');

/** The value of one attribute; what cannot be read is of no valid type. */
export function readAttribute(input: Attributes, key: string): unknown {
  try {
    return input[key];
  } catch {
    return UNREADABLE;
  }
}

/** One valid value, or `undefined` with a word to the diagnostic logger. */
export function cleanAttribute(
  key: string,
  value: unknown,
  maxLength: number,
  clean: typeof cleanValue,
): Attributes[string] {
  if (typeof value !== 'object') {
    const cleaned = clean(value, maxLength);
    if (cleaned !== undefined) return cleaned;
  } else {
    try {
      const cleaned = clean(value, maxLength);
      // Assigning to this key would not add an attribute but replace the prototype.
      if (cleaned !== undefined && key !== '__proto__') return cleaned;
    } catch {
      // A getter or a proxy within the value threw.
    }
  }
  diag.warn(`Invalid attribute value set for key: ${key}`);
  return undefined;
}

/** Keys are non-empty text. */
export function isValidKey(key: unknown): key is string {
  if (typeof key === 'string' && key !== '') return true;
  diag.warn('Invalid attribute key: it must be text and not empty');
  return false;
}
