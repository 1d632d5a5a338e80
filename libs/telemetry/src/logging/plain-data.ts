import { types } from 'node:util';
import { describeError, isError } from '../processors/log-error.js';

/** What one record may cost beyond its text; the same limits as in `safe-json.ts`. */
const MAX_DEPTH = 10;
const MAX_NODES = 2_000;

const UNREADABLE = '[unreadable]';

/**
 * A copy of a value in which there is nothing but text, numbers, booleans, BigInt, binary data, arrays and plain objects:
 * what OTLP has words for, independent of objects of the caller that change later. Errors become data, maps objects,
 * sets arrays, dates text. Never throws; time and size are bounded, apart from what the value's own getters do.
 */
export function plainData(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return scalar(value);
  return new PlainCopy().of(value);
}

/** The same for attributes; those that come to nothing are left out. */
export function plainAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return new PlainCopy().attributes(attributes);
}

function scalar(value: unknown): unknown {
  if (typeof value === 'symbol') return String(value);
  return typeof value === 'function' ? undefined : value;
}

class PlainCopy {
  readonly #path: object[] = [];
  #nodes = MAX_NODES;

  of(value: unknown): unknown {
    this.#nodes -= 1;
    if (typeof value !== 'object' || value === null) return scalar(value);
    if (this.#path.includes(value)) return '[circular]';
    if (this.#path.length >= MAX_DEPTH) return '[too deep]';
    this.#path.push(value);
    try {
      return this.#object(value);
    } catch {
      return UNREADABLE;
    } finally {
      this.#path.pop();
    }
  }

  attributes(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (const key of keysOf(attributes)) {
      if (this.#nodes <= 0) {
        define(copy, '…', 'more');
        break;
      }
      const value = this.#read(attributes, key);
      if (value !== undefined) define(copy, key, value);
    }
    return copy;
  }

  #read(object: Readonly<Record<string, unknown>>, key: string): unknown {
    try {
      return this.of(object[key]);
    } catch {
      return UNREADABLE;
    }
  }

  #object(value: object): unknown {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== Array.prototype) {
      // Before toJSON: that of HTTP client errors gives away the request with its headers.
      if (isError(value)) return this.attributes(describeError(value) as Record<string, unknown>);
      if (ArrayBuffer.isView(value)) return `[${value.constructor.name}: ${value.byteLength} bytes]`;
      if (types.isMap(value)) return this.#map(value);
      if (types.isSet(value)) return this.#list(value);
    }
    const { toJSON } = value as { toJSON?: unknown };
    const replaced: unknown = typeof toJSON === 'function' ? toJSON.call(value, '') : value;
    if (typeof replaced !== 'object' || replaced === null) return scalar(replaced);
    if (Array.isArray(replaced)) return this.#list(replaced);
    return this.attributes(replaced as Record<string, unknown>);
  }

  #map(map: ReadonlyMap<unknown, unknown>): unknown {
    const copy: Record<string, unknown> = {};
    for (const [key, value] of map) {
      if (typeof key !== 'string') return this.#list(map);
      if (this.#nodes <= 0) break;
      define(copy, key, this.of(value));
    }
    return copy;
  }

  #list(items: Iterable<unknown>): unknown[] {
    const copy: unknown[] = [];
    for (const item of items) {
      if (this.#nodes <= 0) {
        copy.push('… more');
        break;
      }
      copy.push(this.of(item) ?? null);
    }
    return copy;
  }
}

function keysOf(object: object): readonly string[] {
  try {
    return Object.keys(object);
  } catch {
    return [];
  }
}

/** A key named `__proto__` is a key like any other. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}
