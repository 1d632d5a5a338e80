import { classOf, DIGIT, isAt, LETTER, SEPARATOR } from './characters.js';

const LOWER_CASE = 0x20;
const A = 0x61;
const ZERO = 0x30;
const LETTERS = 26;
/** Letters without their case, then digits. */
const ALPHABET = 36;
/** Phrases of the standard rules take about 700 places; there are more as soon as they are needed. */
const FIRST_NODES = 1024;
/** A phrase ends here. */
const PHRASE = 1;
/** A word ends here and another one follows. */
const GAP = 2;
/** A tail ends here. */
const TAIL = 4;

/** Index in the alphabet by character, plus one; 0 for what is in no phrase. */
const indexes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const bits = classOf(code);
  if ((bits & LETTER) !== 0) indexes[code] = (code | LOWER_CASE) - A + 1;
  else if ((bits & DIGIT) !== 0) indexes[code] = code - ZERO + LETTERS + 1;
}

/**
 * A set of phrases that is asked which of them ends at some place of a text. It is read from there to the left, so that
 * asking costs at most the length of the longest phrase and makes nothing. Beside phrases with rules it holds tails, which
 * may follow any of them; both are found in one reading.
 */
export class PhraseTrie {
  /** Where the tail begins that {@link ruleAt} found in the place of a phrase; -1 if it found none. */
  tailStart = -1;
  /** The node that each character leads to from each node; 0 is the root, to which nothing leads. */
  #next = new Uint32Array(FIRST_NODES * ALPHABET);
  readonly #rules: (string | undefined)[] = [undefined];
  /** What each node is: {@link PHRASE}, {@link GAP}, {@link TAIL}. */
  #kinds = new Uint8Array(FIRST_NODES);

  /** Adds a phrase, its words parted by spaces, or takes it away when there is no rule. */
  set(phrase: string, rule: string | undefined): void {
    const node = this.#nodeOf(phrase);
    this.#rules[node] = rule;
    this.#mark(node, PHRASE);
  }

  /** Adds a word that may follow a phrase without changing what it means. */
  setTail(word: string): void {
    this.#mark(this.#nodeOf(word), TAIL);
  }

  /** The rule of the longest phrase that ends before `end` and begins where a word does. */
  ruleAt(text: string, end: number): string | undefined {
    const next = this.#next;
    const kinds = this.#kinds;
    let rule: string | undefined;
    let tailStart = -1;
    let node = 0;
    let at = end;
    let isOneWord = true;
    for (;;) {
      const kind = kinds[node] ?? 0;
      if (kind !== 0) {
        if ((kind & (PHRASE | TAIL)) !== 0 && isWordStart(text, at)) {
          rule = this.#rules[node] ?? rule;
          if (isOneWord && (kind & TAIL) !== 0) tailStart = at;
        }
        // `api_key`, `apiKey` and `apikey` are one.
        if ((kind & GAP) !== 0 && isAt(text, at - 1, SEPARATOR)) {
          at -= 1;
          isOneWord = false;
        }
      }
      at -= 1;
      if (at < 0) break;
      const code = text.charCodeAt(at);
      const index = code < 128 ? (indexes[code] ?? 0) : 0;
      if (index === 0) break;
      node = next[node * ALPHABET + index - 1] ?? 0;
      if (node === 0) break;
    }
    this.tailStart = rule === undefined ? tailStart : -1;
    return rule;
  }

  #mark(node: number, kind: number): void {
    this.#kinds[node] = (this.#kinds[node] ?? 0) | kind;
  }

  #nodeOf(phrase: string): number {
    let node = 0;
    for (let at = phrase.length - 1; at >= 0; at--) {
      if (phrase.charAt(at) === ' ') {
        this.#mark(node, GAP);
        continue;
      }
      const code = phrase.charCodeAt(at);
      const index = code < 128 ? (indexes[code] ?? 0) : 0;
      if (index > 0) node = this.#nextOf(node * ALPHABET + index - 1);
    }
    return node;
  }

  #nextOf(place: number): number {
    const known = this.#next[place] ?? 0;
    if (known !== 0) return known;
    const node = this.#rules.push(undefined) - 1;
    if (node >= this.#kinds.length) {
      const [next, kinds] = [this.#next, this.#kinds];
      this.#next = new Uint32Array(next.length * 2);
      this.#next.set(next);
      this.#kinds = new Uint8Array(kinds.length * 2);
      this.#kinds.set(kinds);
    }
    this.#next[place] = node;
    return node;
  }
}

/** Whether a word begins here: not after a letter, unless the capitals say so, as in `userToken` and `APIToken`. */
function isWordStart(text: string, at: number): boolean {
  if (at <= 0) return true;
  const before = text.charCodeAt(at - 1);
  // A letter of another alphabet may belong to the word.
  if (before >= 128) return false;
  if ((classOf(before) & LETTER) === 0) return true;
  if (!isUpper(text.charCodeAt(at))) return false;
  return !isUpper(before) || isLower(text.charCodeAt(at + 1));
}

function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function isLower(code: number): boolean {
  return code >= A && code < A + LETTERS;
}
