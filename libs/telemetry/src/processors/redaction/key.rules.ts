import { DIGIT, isAt, SEPARATOR } from './characters.js';
import { KEY_WORDS, NEUTRAL_TAILS } from './key.words.js';
import { PhraseTrie } from './phrase.trie.js';

/** What a name says about its value. */
export interface KeyVerdict {
  /** The rule the value falls under, or `undefined`. */
  readonly rule: string | undefined;
  /** Numbers are no secrets here: `max_tokens`, `signature: 3`. */
  readonly textOnly: boolean;
  /** The value is a statement of SQL. */
  readonly isSql: boolean;
  /** The value is left alone altogether. */
  readonly isAllowed: boolean;
  /** The value is the id of a trace or span if it has the form of one. */
  readonly isTraceId: boolean;
  /** The name without secrets in itself; `undefined` while nobody asked. */
  safeName: string | undefined;
  /** The last value that was found clean: many names have the same value over and over. */
  lastClean: string;
}

/** Changes to the list of names: by name of a rule, or by a name of its own. */
export type KeyChanges = Readonly<Record<string, boolean | string>>;

/** Names in use are few; those of logged objects need not be. */
const REMEMBERED = 2000;
const LONGEST_REMEMBERED = 200;
const SQL = /(?:^|\.)(?:db\.query\.text|db\.statement)$/;
const TRACE_ID = /(?:trace|span|parent)[._-]?id$/i;
const TEXT_ONLY: ReadonlySet<string> = new Set(['token', 'signature', 'key', 'authorization', 'cookie']);
const MAX_TAILS = 3;

/** Tells by their names which values are secret. A name that was seen before costs one look-up. */
export class KeyRules {
  readonly #phrases = new PhraseTrie();
  readonly #allowed: ReadonlySet<string>;
  readonly #verdicts = new Map<string, KeyVerdict>();

  /**
   * @param changes - `false` takes a rule or a name away, anything else adds it
   * @param allowed - names, as they are written, that are never looked at
   */
  constructor(changes: KeyChanges = {}, allowed: readonly string[] = []) {
    this.#allowed = new Set(allowed);
    for (const tail of NEUTRAL_TAILS) this.#phrases.setTail(tail);
    for (const [rule, phrases] of Object.entries(KEY_WORDS)) {
      if (changes[rule] === false) continue;
      for (const phrase of phrases) this.#phrases.set(phrase, rule);
    }
    for (const [name, change] of Object.entries(changes)) {
      if (Object.hasOwn(KEY_WORDS, name)) continue;
      this.#phrases.set(words(name), change === false ? undefined : name);
    }
  }

  verdict(key: string): KeyVerdict {
    let verdict = this.#verdicts.get(key);
    if (verdict === undefined) {
      verdict = this.#judge(key);
      if (this.#verdicts.size >= REMEMBERED) this.#verdicts.clear();
      if (key.length <= LONGEST_REMEMBERED) this.#verdicts.set(key, verdict);
    }
    return verdict;
  }

  /** The rule for the name that ends before `end`. */
  ruleAt(text: string, end: number): string | undefined {
    let at = end;
    for (let tails = 0; ; tails++) {
      at = withoutTrailing(text, at);
      const rule = this.#phrases.ruleAt(text, at);
      if (rule !== undefined || tails === MAX_TAILS) return rule;
      at = this.#phrases.tailStart;
      if (at < 0) return undefined;
    }
  }

  #judge(key: string): KeyVerdict {
    const isAllowed = this.#allowed.has(key);
    const rule = isAllowed ? undefined : this.ruleAt(key, key.length);
    return {
      rule,
      textOnly: rule !== undefined && TEXT_ONLY.has(rule),
      isSql: !isAllowed && SQL.test(key.slice(-LONGEST_REMEMBERED)),
      isAllowed,
      isTraceId: TRACE_ID.test(key.slice(-LONGEST_REMEMBERED)),
      safeName: undefined,
      lastClean: '',
    };
  }
}

/** A name as phrases are kept: `employeeNumber` and `employee_number` are `employee number`. */
function words(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .trim();
}

/** Numbers and separators at the end do not change what a name means: `token2`, `card_1`, `user[password]`. */
function withoutTrailing(text: string, end: number): number {
  let at = end;
  // A bound, for a text may be digits only.
  for (let steps = 0; steps < 8 && at > 1 && isAt(text, at - 1, DIGIT | SEPARATOR); steps++) at -= 1;
  return at;
}
