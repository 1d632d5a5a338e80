import type { RedactionFindings } from './findings.js';
import type { KeyVerdict } from './key.rules.js';
import type { RedactionRules } from './rules.js';
import { isCardNumber } from './scanners/card.scanner.js';
import type { TextRedaction } from './text.redaction.js';
import type { ValueRedaction } from './value.redaction.js';

const PLACE = 'log';
const CARD = 'card';
const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const SPACE = 0x20;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Numbers of cards have as many digits or more. */
const LONG_NUMBER = 13;
/** Longer lists under a secret name are replaced without a look at what is in them. */
const SHORT_LIST = 256;
/** Longer names are looked up as texts. */
const LONGEST_NAME = 100;
const REMEMBERED = 2000;
/** No 32 bits are this. */
const NO_HASH = 2 ** 32;
/** A part of a text keeps all of it in memory, and texts are remembered. */
const LARGE_LINE = 4096;

/**
 * Redacts a line of JSON as the values it stands for would be, and leaves every other character of it as it was. For
 * loggers that tell what they print as a line only.
 */
export class JsonLineRedaction {
  readonly #names = new Map<number, KnownName>();

  constructor(
    private readonly rules: RedactionRules,
    private readonly texts: TextRedaction,
    private readonly values: ValueRedaction,
    private readonly findings: RedactionFindings,
  ) {}

  redact(line: string): string {
    // What a hook of the application made of it may be anything.
    if (line.charCodeAt(0) !== OPEN_OBJECT) return this.#textLine(line);
    const walk = new Walk(line, this.#names, this.rules, this.texts, this.values, this.findings);
    return walk.redacted() ?? this.#textLine(line);
  }

  /** A text that is cut is still a line. */
  #textLine(line: string): string {
    return line.endsWith('\n')
      ? `${this.texts.redact(line.slice(0, -1), PLACE)}\n`
      : this.texts.redact(line, PLACE);
  }
}

/** What is known of a name by its hash, so that it need not be cut out of each line. */
interface KnownName {
  readonly name: string;
  readonly verdict: KeyVerdict;
  /** The name without secrets. */
  readonly safe: string;
}

class Walk {
  readonly #line: string;
  readonly #names: Map<number, KnownName>;
  readonly #rules: RedactionRules;
  readonly #texts: TextRedaction;
  readonly #values: ValueRedaction;
  readonly #findings: RedactionFindings;
  /** What the texts of the line may still take. */
  #room: number;
  #written = '';
  /** Up to here the line has been written. */
  #kept = 0;
  #backslash = -2;
  #hash = NO_HASH;

  constructor(
    line: string,
    names: Map<number, KnownName>,
    rules: RedactionRules,
    texts: TextRedaction,
    values: ValueRedaction,
    findings: RedactionFindings,
  ) {
    this.#line = line;
    this.#names = names;
    this.#rules = rules;
    this.#texts = texts;
    this.#values = values;
    this.#findings = findings;
    this.#room = rules.limits.recordLength;
  }

  /** `undefined` for what is not JSON, or not all of it. */
  redacted(): string | undefined {
    const line = this.#line;
    const { length } = line;
    let at = 0;
    while (at < length) {
      const code = line.charCodeAt(at);
      if (code === QUOTE) {
        const end = this.#hashed(at);
        if (end < 0) return undefined;
        at = line.charCodeAt(end + 1) === COLON ? this.#field(at, end) : this.#text(undefined, at, end);
      } else if (isNumber(code)) {
        at = this.#number(at);
      } else {
        at += 1;
      }
    }
    return this.#kept === 0 ? line : this.#written + line.slice(this.#kept);
  }

  /** A name and, if it is a text or secret, its value; gives back where to go on. */
  #field(start: number, end: number): number {
    const line = this.#line;
    const { name, verdict, safe } = this.#name(start, end);
    let at = end + 2;
    while (line.charCodeAt(at) === SPACE) at += 1;
    if (verdict.rule !== undefined) {
      const after = this.#secret(verdict, verdict.rule, start, at);
      if (after >= 0) return after;
    }
    if (safe !== name) this.#replace(start, end + 1, JSON.stringify(safe));
    const code = line.charCodeAt(at);
    if (code === QUOTE) {
      const last = endOfString(line, at);
      if (last < 0) return at;
      // Many names have the same value over and over.
      const { lastClean } = verdict;
      if (lastClean.length !== last - at - 1 || !line.startsWith(lastClean, at + 1))
        return this.#text(verdict, at, last);
      this.#room -= lastClean.length;
      if (this.#room >= 0) return last + 1;
      this.#room += lastClean.length;
      return this.#text(verdict, at, last);
    }
    return verdict.isAllowed && isNumber(code) ? endOfWord(line, at) : at;
  }

  /** Where a string ends that may be a name, whose hash is made on the way; -1 if it does not. */
  #hashed(start: number): number {
    const line = this.#line;
    const limit = Math.min(line.length, start + LONGEST_NAME);
    let hash = 0;
    for (let at = start + 1; at < limit; at++) {
      const code = line.charCodeAt(at);
      if (code === QUOTE) {
        this.#hash = hash;
        return at;
      }
      if (code === BACKSLASH) break;
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    this.#hash = NO_HASH;
    return endOfString(line, start);
  }

  /** What is known of the name that {@link #hashed} came upon last. */
  #name(start: number, end: number): KnownName {
    const hash = this.#hash;
    const known = hash === NO_HASH ? undefined : this.#names.get(hash);
    if (
      known !== undefined &&
      known.name.length === end - start - 1 &&
      this.#line.startsWith(known.name, start + 1)
    )
      return known;
    const name = this.#decoded(start + 1, end);
    const verdict = this.#rules.keys.verdict(name);
    const made = { name, verdict, safe: this.#values.safeName(name, verdict) };
    if (hash === NO_HASH) return made;
    if (this.#names.size >= REMEMBERED) this.#names.clear();
    // A copy: a part of a line would keep all of it.
    this.#names.set(hash, { ...made, name: Buffer.from(name, 'utf16le').toString('utf16le') });
    return made;
  }

  /** The value of a secret name, if it is one; gives back where it ends, or -1. */
  #secret(verdict: KeyVerdict, rule: string, name: number, at: number): number {
    const line = this.#line;
    const code = line.charCodeAt(at);
    const isList = code === OPEN_LIST;
    let end: number;
    let value: string;
    if (code === QUOTE) {
      end = endOfString(line, at) + 1;
      if (end <= 0) return -1;
      value = this.#decoded(at + 1, end - 1);
      if (this.#values.isCleanText(verdict, value)) return end;
    } else if (isList || code === OPEN_OBJECT) {
      end = endOfStructure(line, at);
      value = line.slice(at, end);
      if (isList && value.length < SHORT_LIST && this.#isClean(verdict, parsed(value))) return end;
    } else {
      // Numbers may count something; `true`, `false` and `null` tell nothing.
      if (!isNumber(code) || verdict.textOnly) return -1;
      end = endOfWord(line, at);
      value = line.slice(at, end);
    }
    const mark = this.#texts.replaceWhole(rule, () => value, PLACE);
    if (mark === undefined) this.#drop(name, end);
    else this.#replace(at, end, JSON.stringify(isList ? [mark] : mark));
    return end;
  }

  #isClean(verdict: KeyVerdict, value: unknown): boolean {
    return value !== undefined && this.#values.isClean(verdict, value);
  }

  #text(verdict: KeyVerdict | undefined, start: number, end: number): number {
    const text = this.#decoded(start + 1, end);
    const shown = this.#shown(verdict, text);
    const room = Math.max(0, this.#room);
    this.#room -= shown.length;
    if (shown.length > room) {
      this.#findings.cut('bytes', PLACE);
      const cut = `${shown.slice(0, room)}…[${shown.length - room} characters cut]`;
      this.#replace(start, end + 1, JSON.stringify(cut));
    } else if (shown !== text) {
      this.#replace(start, end + 1, JSON.stringify(shown));
    }
    return end + 1;
  }

  #shown(verdict: KeyVerdict | undefined, text: string): string {
    if (verdict === undefined) return this.#texts.redact(text, PLACE);
    if (verdict.rule === undefined && this.#values.isCleanText(verdict, text)) return text;
    return verdict.isSql ? this.#texts.redactSql(text, PLACE) : this.#texts.redact(text, PLACE);
  }

  #number(start: number): number {
    const line = this.#line;
    const end = endOfWord(line, start);
    // No issuer begins with another digit; times in milliseconds do.
    const first = line.charCodeAt(start);
    if (end - start < LONG_NUMBER || first < 0x32 || first > 0x36 || !this.#rules.scansNumbers) return end;
    const value = line.slice(start, end);
    if (!isCardNumber(Number(value))) return end;
    const mark = this.#texts.replaceWhole(CARD, () => value, PLACE);
    // In a list something has to stay.
    this.#replace(start, end, mark === undefined ? 'null' : JSON.stringify(mark));
    return end;
  }

  #decoded(start: number, end: number): string {
    const line = this.#line;
    if (this.#backslash !== -1 && this.#backslash < start) this.#backslash = line.indexOf('\\', start);
    const text = line.slice(start, end);
    if (this.#backslash >= 0 && this.#backslash < end) return unescaped(text);
    return line.length > LARGE_LINE ? Buffer.from(text, 'utf16le').toString('utf16le') : text;
  }

  #replace(start: number, end: number, text: string): void {
    this.#written += this.#line.slice(this.#kept, start) + text;
    this.#kept = end;
  }

  /** Takes a field out, and the comma that parted it from others. */
  #drop(start: number, end: number): void {
    const isFollowed = this.#line.charCodeAt(end) === COMMA;
    this.#replace(start, isFollowed ? end + 1 : end, '');
    if (!isFollowed && this.#written.endsWith(',')) this.#written = this.#written.slice(0, -1);
  }
}

/** Where the quote is that ends a string; -1 if there is none. */
function endOfString(line: string, start: number): number {
  let end = line.indexOf('"', start + 1);
  while (end >= 0) {
    let before = end - 1;
    while (before > start && line.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
    end = line.indexOf('"', end + 1);
  }
  return -1;
}

/** Where an object or a list is over, or the end of the line. */
function endOfStructure(line: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(line, at);
      if (end < 0) return line.length;
      at = end;
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  return line.length;
}

/** Where a number, `true`, `false` or `null` is over. */
function endOfWord(line: string, start: number): number {
  let at = start;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === COMMA || code === CLOSE_LIST || code === CLOSE_OBJECT || code <= SPACE) break;
    at += 1;
  }
  return at;
}

function isNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === MINUS;
}

function unescaped(text: string): string {
  const value = parsed(`"${text}"`);
  return typeof value === 'string' ? value : text;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
