import { createHmac } from 'node:crypto';
import type { RedactionStrategy } from '../../telemetry.options.js';

const REMEMBERED = 1000;
const LONGEST_REMEMBERED = 256;
const DIGITS = 16;
const MARK = /\[redacted:[\w .-]+(?::[0-9a-f]{16})?\]/y;
const LONGEST_MARK = 120;

/** Whether a text is what a strategy has put there; seen twice it is left as it is. */
export function isRedacted(text: string): boolean {
  return text.length <= LONGEST_MARK && endOfMark(text, 0) === text.length;
}

/** Where a mark ends that begins here; -1 if none does. */
export function endOfMark(text: string, at: number): number {
  if (!text.startsWith('[redacted:', at)) return -1;
  MARK.lastIndex = 0;
  return MARK.test(text.slice(at, at + LONGEST_MARK)) ? at + MARK.lastIndex : -1;
}

/** Replaces secrets, each rule by its own strategy. */
export class Strategies {
  readonly #default: RedactionStrategy;
  readonly #byRule: ReadonlyMap<string, RedactionStrategy>;
  readonly #key: string;
  readonly #pseudonyms = new Map<string, string>();

  /** @param key - of the pseudonyms: whoever has it can tell whether a known value is meant */
  constructor(byDefault: RedactionStrategy, byRule: ReadonlyMap<string, RedactionStrategy>, key = '') {
    this.#default = byDefault;
    this.#byRule = byRule;
    this.#key = key;
  }

  /** Whether a whole value is left out rather than replaced. */
  drops(rule: string): boolean {
    return this.#of(rule) === 'drop';
  }

  /** What stands in the place of a secret, in a text. */
  replace(rule: string, secret: () => string): string {
    switch (this.#of(rule)) {
      case 'drop':
        return '';
      case 'pseudonym':
        return `[redacted:${rule}:${this.#pseudonym(secret())}]`;
      default:
        return `[redacted:${rule}]`;
    }
  }

  #of(rule: string): RedactionStrategy {
    return this.#byRule.get(rule) ?? this.#default;
  }

  /** The same for the same value, of whatever rule, so that a person is one person everywhere. */
  #pseudonym(secret: string): string {
    const known = this.#pseudonyms.get(secret);
    if (known !== undefined) return known;
    const pseudonym = createHmac('sha256', this.#key).update(secret).digest('hex').slice(0, DIGITS);
    if (this.#pseudonyms.size >= REMEMBERED) this.#pseudonyms.clear();
    if (secret.length <= LONGEST_REMEMBERED) this.#pseudonyms.set(secret, pseudonym);
    return pseudonym;
  }
}
