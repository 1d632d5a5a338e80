// C0, DEL, C1 (0x9b is a terminal's one-byte CSI), the Unicode line and paragraph separators, and the marks that
// reorder text on screen: everything that can end a line, drive a terminal or make a line read differently.
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const EVERY_UNSAFE = new RegExp(UNSAFE, 'g');

// JSON.stringify escapes C0 only.
const UNSAFE_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const EVERY_UNSAFE_IN_JSON = new RegExp(UNSAFE_IN_JSON, 'g');

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Text that stays on its line and cannot drive a terminal: control characters are shown as `\n` or `\u001b`. */
export function escapeControlCharacters(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return text.replace(EVERY_UNSAFE, (character) => SHORT[character] ?? unicodeEscape(character));
}

/**
 * The same for finished JSON text. Only strings can hold such characters, and there the escape stands for the
 * character: what a reader of the JSON gets is unchanged.
 */
export function escapeControlCharactersInJson(json: string): string {
  if (!UNSAFE_IN_JSON.test(json)) return json;
  return json.replace(EVERY_UNSAFE_IN_JSON, unicodeEscape);
}
