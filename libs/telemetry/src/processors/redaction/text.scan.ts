import { decodeEscapes } from './escapes.view.js';
import type { KeyRules } from './key.rules.js';
import { RecentTexts } from './recent.texts.js';
import type { Scanner } from './scanner.js';
import { scanAssignments } from './scanners/assignment.scanner.js';
import { base64Scanner } from './scanners/base64.scanner.js';
import { ANY, ASSIGNS, DASHES, ESCAPES, signsOf } from './signs.js';

/** A secret within a text. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
}

const NOTHING: readonly Finding[] = Object.freeze([]);
/** A text with more secrets than this is one itself: it could be made to cost a lot. */
const MOST_FINDINGS = 1000;
const MANY_RULE = 'many';
const TOO_MANY = new Error('Too many secrets in one text');
/** Texts that show a sign and hold nothing come again, names of spans, statements, addresses; longer ones seldom do. */
const LONGEST_REMEMBERED = 300;

/** Looks through a text with all scanners that its signs call for. */
export class TextScan {
  readonly #keys: KeyRules;
  readonly #scanners: readonly Scanner[];
  readonly #withBase64: readonly Scanner[];
  /** Signs that no scanner is interested in do not count. */
  readonly #signs: number;
  readonly #isAlwaysAsked: boolean;
  readonly #clean = new RecentTexts();

  /** @param decodesBase64 - whether secrets are also looked for in base64 */
  constructor(keys: KeyRules, scanners: readonly Scanner[], decodesBase64 = true) {
    this.#keys = keys;
    this.#scanners = scanners;
    const base64 = base64Scanner((text, found) => this.#scan(text, signsOf(text), this.#scanners, found));
    this.#withBase64 = decodesBase64 ? [...scanners, base64] : scanners;
    this.#isAlwaysAsked = scanners.some(({ signs }) => signs === ANY);
    this.#signs = this.#withBase64.reduce((all, { signs }) => all | signs, ASSIGNS | DASHES | ESCAPES);
  }

  /** Whether there is nothing to be found; costs one look at each character where there is not even a sign. */
  isClean(text: string): boolean {
    return this.find(text).length === 0;
  }

  /** All secrets, in order and none within another. */
  find(text: string): readonly Finding[] {
    const signs = signsOf(text) & this.#signs;
    if (signs === 0 && !this.#isAlwaysAsked) return NOTHING;
    const isShort = text.length <= LONGEST_REMEMBERED;
    if (isShort && this.#clean.has(text)) return NOTHING;
    const findings: Finding[] = [];
    const found = (start: number, end: number, rule: string): void => {
      if (findings.length === MOST_FINDINGS) throw TOO_MANY;
      findings.push({ start, end, rule });
    };
    try {
      this.#scan(text, signs, this.#withBase64, found);
      if ((signs & ESCAPES) !== 0) this.#scanDecoded(text, found);
    } catch (error) {
      if (error !== TOO_MANY) throw error;
      return [{ start: 0, end: text.length, rule: MANY_RULE }];
    }
    if (findings.length > 0) return apart(findings);
    if (isShort) this.#clean.add(text);
    return NOTHING;
  }

  #scan(
    text: string,
    signs: number,
    scanners: readonly Scanner[],
    found: (start: number, end: number, rule: string) => void,
  ): void {
    if ((signs & (ASSIGNS | DASHES)) !== 0) scanAssignments(text, this.#keys, found);
    for (const scanner of scanners) {
      if ((scanner.signs & (signs | ANY)) === 0) continue;
      scanner.scan(text, (start, end) => found(start, end, scanner.name));
    }
  }

  /** The same for what a text says when `%40` is read as `@`. */
  #scanDecoded(text: string, found: (start: number, end: number, rule: string) => void): void {
    const once = decodeEscapes(text, 0);
    if (once === undefined) return;
    const origin = (at: number): number => once.origins[at] ?? text.length;
    const signs = signsOf(once.text);
    this.#scan(once.text, signs, this.#withBase64, (start, end, rule) =>
      found(origin(start), origin(end), rule),
    );
    // `%2540` is `@`, written by its code twice. More often than that it is left alone.
    const twice = (signs & ESCAPES) === 0 ? undefined : decodeEscapes(once.text, 1);
    if (twice === undefined) return;
    const originOfTwice = (at: number): number => origin(twice.origins[at] ?? once.text.length);
    this.#scan(twice.text, signsOf(twice.text), this.#withBase64, (start, end, rule) =>
      found(originOfTwice(start), originOfTwice(end), rule),
    );
  }
}

/** Puts together what overlaps; the longer one gives the name. */
function apart(findings: Finding[]): readonly Finding[] {
  if (findings.length === 1) return findings;
  const ordered = isOrdered(findings)
    ? findings
    : findings.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const result: Finding[] = [];
  for (const finding of ordered) {
    const last = result.at(-1);
    if (last === undefined || finding.start >= last.end) {
      result.push(finding);
    } else if (finding.end > last.end) {
      const isLonger = finding.end - finding.start > last.end - last.start;
      result[result.length - 1] = {
        start: last.start,
        end: finding.end,
        rule: isLonger ? finding.rule : last.rule,
      };
    }
  }
  return result;
}

function isOrdered(findings: readonly Finding[]): boolean {
  let end = 0;
  for (const finding of findings) {
    if (finding.start < end) return false;
    end = finding.end;
  }
  return true;
}
