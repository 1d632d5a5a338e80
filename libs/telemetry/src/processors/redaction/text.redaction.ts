import type { RedactionFindings } from './findings.js';
import type { RedactionPlace } from './places.js';
import type { RedactionRules } from './rules.js';
import { SQL_RULE } from './scanners.js';
import { withoutLiterals } from './sql.literals.js';
import { isRedacted } from './strategies.js';
import type { Finding } from './text.scan.js';

/** Longer texts are not even read: to read a text that was put together from parts, the engine copies it as a whole. */
const HUGE = 1_048_576;
/** A secret may reach over the place where a text is cut. */
const MARGIN = 512;

/** Replaces secrets in texts, and cuts what is too long. */
export class TextRedaction {
  constructor(
    private readonly rules: RedactionRules,
    private readonly findings: RedactionFindings,
  ) {}

  /** Whether {@link redact} would give it back as it is. */
  isClean(text: string): boolean {
    return text.length <= this.rules.limits.valueLength && this.rules.scan.isClean(text);
  }

  redact(text: string, place: RedactionPlace): string {
    return text.length > this.rules.limits.valueLength ? this.#cut(text, place) : this.#replace(text, place);
  }

  /** Whether a statement has nothing in it that must not be shown. */
  isCleanSql(sql: string): boolean {
    return this.isClean(sql) && (!this.rules.cleansSql || withoutLiterals(sql) === sql);
  }

  redactSql(sql: string, place: RedactionPlace): string {
    const text = this.redact(sql, place);
    if (!this.rules.cleansSql) return text;
    const clean = withoutLiterals(text);
    if (clean !== text) this.findings.fired(SQL_RULE, place);
    return clean;
  }

  /** The value of a name that is secret, as a text. `undefined` to leave it out. */
  replaceWhole(rule: string, value: () => string, place: RedactionPlace): string | undefined {
    this.findings.fired(rule, place);
    const { strategies } = this.rules;
    return strategies.drops(rule) ? undefined : strategies.replace(rule, value);
  }

  #cut(text: string, place: RedactionPlace): string {
    this.findings.cut('length', place);
    if (text.length > HUGE) return `[${text.length} characters cut]`;
    const { valueLength } = this.rules.limits;
    const head = this.#replace(text.slice(0, valueLength + MARGIN), place).slice(0, valueLength);
    return `${head}…[${text.length - valueLength} characters cut]`;
  }

  #replace(text: string, place: RedactionPlace): string {
    const found = this.rules.scan.find(text);
    if (found.length === 0 || isRedacted(text)) return text;
    let result = '';
    let at = 0;
    for (const finding of found) {
      this.findings.fired(finding.rule, place);
      result += text.slice(at, finding.start) + this.#replacement(text, finding);
      at = finding.end;
    }
    return result + text.slice(at);
  }

  #replacement(text: string, { start, end, rule }: Finding): string {
    return this.rules.strategies.replace(rule, () => text.slice(start, end));
  }
}
