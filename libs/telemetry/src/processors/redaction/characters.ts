// Classes of ASCII characters, asked for once per character of everything that leaves the process.
export const LETTER = 1;
export const DIGIT = 2;
/** What tokens of all kinds are made of: letters, digits, `_` and `-`. */
export const TOKEN = 4;
/** What parts the words of a name. */
export const SEPARATOR = 8;
/** What ends a value that has no quotes. */
export const END = 16;
/** What base64 has beside {@link TOKEN}. */
export const BASE64 = 32;
/** What may stand before the `@` of an address. */
export const LOCAL = 64;
/** What credentials after `Bearer` are made of: RFC 6750, and `:` and `|`, which some issuers use. */
export const CREDENTIAL = 128;

const classes = new Uint8Array(128);

function mark(characters: string, bits: number): void {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | bits;
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
mark(LETTERS + LETTERS.toUpperCase(), LETTER | TOKEN | BASE64 | LOCAL | CREDENTIAL);
mark('0123456789', DIGIT | TOKEN | BASE64 | LOCAL | CREDENTIAL);
mark('_-', TOKEN | SEPARATOR | BASE64 | LOCAL | CREDENTIAL);
mark('+/', BASE64 | CREDENTIAL);
mark('.~=:|', CREDENTIAL);
// More is allowed, but stands before an address rather than in it: `?to=ada@example.com`.
mark("!#$'*+^`{|}~.", LOCAL);
mark(' .[]:/$', SEPARATOR);
mark(' \t\n\r&;"\'`<>)}]', END);

/** The classes of a character; none for what is not ASCII and for what is not there. */
export function classOf(code: number): number {
  return code < 128 ? (classes[code] ?? 0) : 0;
}

/** Whether the character at this place is of one of these classes. */
export function isAt(text: string, at: number, bits: number): boolean {
  // Characters that are not there are NaN, and reading one makes the engine read all of them as floating-point numbers.
  return at >= 0 && at < text.length && (classOf(text.charCodeAt(at)) & bits) !== 0;
}

/** The first place from `at` on that holds none of these classes; looks no further than `limit` characters. */
export function skip(text: string, at: number, bits: number, limit = Infinity): number {
  const end = Math.min(text.length, at + limit);
  let index = at;
  while (index < end && (classOf(text.charCodeAt(index)) & bits) !== 0) index += 1;
  return index;
}

/** The first place from `at` on that holds one of these classes, or the end. */
export function until(text: string, at: number, bits: number): number {
  let index = at;
  while (index < text.length && (classOf(text.charCodeAt(index)) & bits) === 0) index += 1;
  return index;
}
