import { types } from 'node:util';
import { escapeControlCharactersInJson } from './control-characters.js';
import { describeError, isError } from '../processors/log-error.js';

// JSON.stringify cannot do this: it throws on cycles, BigInt, getters and deep nesting, writes `{}` for errors, maps
// and sets, and writes a structure with shared parts out in full, however large that gets.

/** What one value may cost. The rest is replaced by a mark that says how much is missing. */
const MAX_DEPTH = 10;
const MAX_NODES = 2_000;
const MAX_STRING = 32_768;
const MAX_TOTAL = 131_072;
/** Larger integers are not converted: the time grows with the square of their length. */
const MAX_BIGINT = 2n ** 512n;

const UNREADABLE = '"[unreadable]"';

interface Budget {
  nodes: number;
  characters: number;
  /** The objects from the root to the value being written; entry `n` is at depth `n`. */
  readonly path: object[];
}

/** What has to be escaped in JSON or for a terminal, and everything that might: other text is its own JSON. */
// eslint-disable-next-line no-control-regex
const NOT_PLAIN = /[^ !#-[\]-~]/;

/** Keys are few and come again with every line. */
const knownKeys = new Map<string, string>();
const MAX_KNOWN_KEYS = 1_000;
const LONGEST_KNOWN_KEY = 64;

/** The text as a JSON string on one line without control characters, cut at 32 768 characters. */
export function jsonString(text: string, limit = MAX_STRING): string {
  if (text.length <= limit) {
    if (!NOT_PLAIN.test(text)) return `"${text}"`;
    return escapeControlCharactersInJson(JSON.stringify(text));
  }
  return escapeControlCharactersInJson(
    JSON.stringify(`${text.slice(0, limit)}…[${text.length - limit} characters cut]`),
  );
}

function keyString(key: string, budget: Budget): string {
  const known = knownKeys.get(key);
  if (known !== undefined) {
    budget.characters -= key.length;
    return known;
  }
  const text = writeString(key, budget);
  if (key.length <= LONGEST_KNOWN_KEY && knownKeys.size < MAX_KNOWN_KEYS && budget.characters >= 0)
    knownKeys.set(key, text);
  return text;
}

/**
 * The value as JSON text, or undefined for what JSON has no word for (undefined, functions). Follows the rules of
 * `JSON.stringify`, except that numbers it would lose (`NaN`), BigInt and symbols are written as strings, errors as
 * data, maps as objects, sets as arrays, and binary data as its size. Never throws; time and length are bounded,
 * apart from what getters, proxies and `toJSON` of the value do themselves.
 */
export function safeJson(value: unknown): string | undefined {
  if (typeof value === 'string') return jsonString(value);
  return child(value, 0, { nodes: MAX_NODES, characters: MAX_TOTAL, path: [] });
}

/** Writes one value; whatever goes wrong costs this value only. */
function child(value: unknown, depth: number, budget: Budget): string | undefined {
  try {
    return write(value, depth, budget);
  } catch {
    return UNREADABLE;
  }
}

/** The same for a property, which may be a getter. */
function property(object: object, key: string, depth: number, budget: Budget): string | undefined {
  try {
    return write((object as Record<string, unknown>)[key], depth, budget);
  } catch {
    return UNREADABLE;
  }
}

function write(value: unknown, depth: number, budget: Budget): string | undefined {
  budget.nodes -= 1;
  switch (typeof value) {
    case 'string':
      return writeString(value, budget);
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return value < MAX_BIGINT && value > -MAX_BIGINT ? `"${value}"` : '"[BigInt]"';
    case 'symbol':
      return writeString(String(value), budget);
    case 'object':
      return value === null ? 'null' : writeObject(value, depth, budget);
    default:
      return undefined;
  }
}

function writeString(text: string, budget: Budget): string {
  const limit = Math.min(MAX_STRING, Math.max(0, budget.characters));
  budget.characters -= text.length;
  return jsonString(text, limit);
}

function writeObject(value: object, depth: number, budget: Budget): string | undefined {
  for (let index = 0; index < depth; index += 1) if (budget.path[index] === value) return '"[circular]"';
  if (depth >= MAX_DEPTH) return '"[too deep]"';
  budget.path[depth] = value;

  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) {
    // Before toJSON: that of HTTP client errors gives away the request with its headers.
    if (isError(value)) return writeFields(describeError(value), depth, budget);
    if (ArrayBuffer.isView(value))
      return jsonString(`[${value.constructor.name}: ${value.byteLength} bytes]`);
    if (types.isMap(value)) return writeMap(value, depth, budget);
    if (types.isSet(value)) return writeItems(value.size, value, depth, budget);
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== 'function') return writeContent(value, depth, budget);
  const replaced: unknown = toJSON.call(value, '');
  if (typeof replaced !== 'object' || replaced === null) return write(replaced, depth, budget);
  return writeContent(replaced, depth, budget);
}

function writeContent(value: object, depth: number, budget: Budget): string {
  if (Array.isArray(value)) return writeItems(value.length, value, depth, budget);
  return writeFields(value, depth, budget);
}

function writeFields(value: object, depth: number, budget: Budget): string {
  const keys = Object.keys(value);
  let text = '';
  for (let index = 0; index < keys.length; index += 1) {
    if (budget.nodes <= 0 || budget.characters <= 0) {
      text += `${text === '' ? '' : ','}"…":"${keys.length - index} more"`;
      break;
    }
    const key = keys[index] ?? '';
    const written = property(value, key, depth + 1, budget);
    if (written === undefined) continue;
    text += `${text === '' ? '' : ','}${keyString(key, budget)}:${written}`;
  }
  return `{${text}}`;
}

function writeItems(size: number, items: Iterable<unknown>, depth: number, budget: Budget): string {
  let text = '';
  let count = 0;
  for (const item of items) {
    if (budget.nodes <= 0 || budget.characters <= 0) {
      text += `${text === '' ? '' : ','}"… ${size - count} more"`;
      break;
    }
    const written = child(item, depth + 1, budget) ?? 'null';
    text += `${text === '' ? '' : ','}${written}`;
    count += 1;
  }
  return `[${text}]`;
}

function writeMap(map: ReadonlyMap<unknown, unknown>, depth: number, budget: Budget): string {
  const entries: [unknown, unknown][] = [];
  let named = true;
  for (const entry of map) {
    if (entries.length > budget.nodes) break;
    named &&= typeof entry[0] === 'string';
    entries.push(entry);
  }
  if (named) return writeFields(Object.fromEntries(entries), depth, budget);
  return writeItems(map.size, entries, depth, budget);
}
