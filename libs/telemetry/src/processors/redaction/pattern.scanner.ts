import { warn } from '../../telemetry.warnings.js';
import type { Found, Scanner } from './scanner.js';
import { ANY } from './signs.js';

/** Even a pattern that passed the check may take the square of its text, so it gets little at a time. */
const WINDOW = 1024;
/** Matches up to this length are found wherever they stand. */
const OVERLAP = 256;
/** Milliseconds for one text. */
const BUDGET = 10;
/** One slow text may be the fault of a busy machine. */
const STRIKES = 3;

/** A user's expression as a scanner that gives up in time: then the rest of the text counts as secret. */
export class PatternScanner implements Scanner {
  readonly signs = ANY;
  readonly #pattern: RegExp;
  #strikes = 0;

  constructor(
    readonly name: string,
    { source, flags }: RegExp,
  ) {
    this.#pattern = new RegExp(source, `${flags.replaceAll(/[gy]/g, '')}g`);
  }

  scan(text: string, found: Found): void {
    if (this.#strikes >= STRIKES) return;
    const began = performance.now();
    for (let from = 0; ; from += WINDOW - OVERLAP) {
      this.#scanWindow(text.length <= WINDOW ? text : text.slice(from, from + WINDOW), from, found);
      const isSlow = performance.now() - began > BUDGET;
      if (isSlow) this.#strike();
      if (from + WINDOW >= text.length) return;
      if (isSlow) {
        found(from + WINDOW - OVERLAP, text.length);
        return;
      }
    }
  }

  #scanWindow(window: string, from: number, found: Found): void {
    const pattern = this.#pattern;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(window); match !== null; match = pattern.exec(window)) {
      const [{ length }] = match;
      if (length > 0) found(from + match.index, from + match.index + length);
      else pattern.lastIndex += 1;
    }
  }

  #strike(): void {
    this.#strikes += 1;
    if (this.#strikes === STRIKES) warn('NT_REDACTION_PATTERN_SLOW', { rule: this.name, budget: BUDGET });
  }
}
