import { baggageEntryMetadataFromString, type BaggageEntry } from '@opentelemetry/api';
import { eachPart, trimmed } from './header.values.js';
import { percentDecode, percentEncode } from './percent-encoding.js';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
/** What may not be in a key: anything no token has, and a `%` that would be read as an escape. */
const NOT_IN_KEY = /%(?=[0-9a-fA-F]{2})|[^!#$%&'*+.^_`|~0-9A-Za-z-]+/g;
/** More than a whole list may have, so not worth the work. */
const MAX_LENGTH = 8192;

/** Key and entry of one list member, or undefined when it is malformed. Properties that are malformed are left out. */
export function parseMember(member: string): readonly [string, BaggageEntry] | undefined {
  const semicolon = member.indexOf(';');
  const pair = semicolon < 0 ? member : member.slice(0, semicolon);
  const equals = pair.indexOf('=');
  const key = trimmed(pair, 0, Math.max(equals, 0));
  const value = trimmed(pair, equals + 1);
  if (!TOKEN.test(key) || !VALUE.test(value)) return undefined;
  const properties = semicolon < 0 ? '' : cleanProperties(member.slice(semicolon + 1));
  const entry: BaggageEntry = { value: percentDecode(value) };
  if (properties !== '') entry.metadata = baggageEntryMetadataFromString(properties);
  return [percentDecode(key), entry];
}

/**
 * A list member in printable ASCII, whatever is in the entry; undefined when there is no way to write it. The types
 * promise strings, but an entry may come from JavaScript.
 */
export function renderMember(key: string, { value, metadata }: BaggageEntry): string | undefined {
  if (typeof value !== 'string' || key === '') return undefined;
  if (key.length + value.length > MAX_LENGTH) return undefined;
  const pair = `${encodeKey(key)}=${percentEncode(value)}`;
  const properties = metadata === undefined ? '' : cleanProperties(String(metadata));
  return properties === '' ? pair : `${pair};${properties}`;
}

/** No member is written longer than this. Counting is cheaper than writing, and most lists are far from any limit. */
export function longestForm(key: string, { value, metadata }: BaggageEntry): number {
  // A UTF-16 unit is three bytes of UTF-8 at most, each three characters when it is percent-encoded.
  return 9 * (key.length + lengthOf(value)) + (metadata === undefined ? 0 : String(metadata).length) + 3;
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

function encodeKey(key: string): string {
  return TOKEN.test(key) && !key.includes('%') ? key : key.replace(NOT_IN_KEY, escaped);
}

/** `encodeURIComponent` leaves parentheses as they are, which a token cannot have. */
function escaped(text: string): string {
  return percentEncode(text).replaceAll('(', '%28').replaceAll(')', '%29');
}

/** The well-formed ones of `k1=v1;k2`. The API hands properties around as text, so their values stay encoded. */
function cleanProperties(text: string): string {
  if (text.length > MAX_LENGTH) return '';
  const kept: string[] = [];
  eachPart(text, ';', (property) => {
    const equals = property.indexOf('=');
    const key = equals < 0 ? property : trimmed(property, 0, equals);
    const value = equals < 0 ? '' : trimmed(property, equals + 1);
    if (TOKEN.test(key) && VALUE.test(value)) kept.push(equals < 0 ? key : `${key}=${value}`);
    return true;
  });
  return kept.join(';');
}
