import type { JsonAttributes, JsonValue } from '../api/api.types.js';
import { plainText } from './plain.text.js';

/** Longer values are found by their key and their first words only. */
export const LONGEST = 512;
/** Words of an attribute, and of a text that is what a record is about. */
const MOST_WORDS = 12;
const MOST_WORDS_OF_TEXT = 60;

/** The token of an attribute with this value: what two equal ones have in common. */
export function pairToken(key: string, value: JsonValue): string {
  return `p${digest(`${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)}`;
}

/** The token of having this attribute at all. */
export function keyToken(key: string): string {
  return `k${digest(key)}`;
}

/** The token of a word in any text. */
export function wordToken(word: string): string {
  return `w${digest(word.toLowerCase())}`;
}

/** The words of a text as they are searched for. */
export function wordsOf(text: string): string[] {
  return (
    plainText(text.slice(0, 8 * LONGEST))
      .slice(0, LONGEST)
      .match(/[\p{L}\p{N}_]+/gu) ?? []
  );
}

const REMEMBERED = 20_000;
/** Most attributes come again and again with the same value. */
const remembered = new Map<string, string>();

/** Every token of some attributes and of texts that belong to them; one may be in it twice. */
export function tokensOf(attributes: JsonAttributes, texts: readonly string[]): string {
  let tokens = '';
  for (const key in attributes) {
    const value = attributes[key] as JsonValue;
    const isText = typeof value === 'string';
    const text = isText ? value : JSON.stringify(value);
    if (text.length > LONGEST || key.length > LONGEST) {
      tokens += `${keyToken(key)} ${isText ? wordTokens(value, MOST_WORDS) : ''}`;
      continue;
    }
    const pair = `${isText ? 't' : 'j'}${key}=${text}`;
    let each = remembered.get(pair);
    if (each === undefined) {
      each = `${keyToken(key)} ${pairToken(key, value)} ${isText ? wordTokens(value, MOST_WORDS) : ''}`;
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(pair, each);
    }
    tokens += each;
  }
  for (const text of texts) tokens += wordTokens(text, MOST_WORDS_OF_TEXT);
  return tokens;
}

function wordTokens(text: string, most: number): string {
  let tokens = '';
  const words = wordsOf(text);
  for (let index = 0; index < words.length && index < most; index += 1) {
    tokens += `${wordToken(words[index] as string)} `;
  }
  return tokens;
}

/** Two letters or digits for each number of ten bits. */
const ALPHABET = '0123456789abcdefghijklmnopqrstuv';
const PAIRS = Array.from(
  { length: 1024 },
  (_, bits) => `${ALPHABET.charAt(bits >>> 5)}${ALPHABET.charAt(bits & 31)}`,
);
const TEN_BITS = 1023;

/**
 * Fifty bits of two FNV-1a hashes as ten letters and digits: a token that no tokenizer splits. Two values that share one
 * would both be found, and the body is looked at before a span is shown.
 */
function digest(text: string): string {
  let high = 0x811c9dc5;
  let low = 0x1000193;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x1000193);
    low = Math.imul(low ^ (code + index), 0x85ebca6b);
  }
  // From a table: a number takes many times longer to become text of another base.
  return `${letters(high)}${letters(high >>> 10)}${letters(high >>> 20)}${letters(low)}${letters(low >>> 10)}`;
}

function letters(bits: number): string {
  return PAIRS[bits & TEN_BITS] as string;
}
