import { types } from 'node:util';
import type { RedactionFindings } from './findings.js';
import type { KeyVerdict } from './key.rules.js';
import type { RedactionPlace } from './places.js';
import type { RecordBudget } from './record.budget.js';
import type { ErrorReader } from './redactor.js';
import type { RedactionRules } from './rules.js';
import { isCardNumber } from './scanners/card.scanner.js';
import { isRedacted } from './strategies.js';
import type { TextRedaction } from './text.redaction.js';

/** Larger integers are not written out: the time grows with the square of their length. */
const LARGE_INTEGER = 2n ** 512n;
const UNREADABLE = '[unreadable]';
/** Of a trace or of a span. */
const ID_OF_TRACE = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/;
const LONGEST_NAME = 1024;
const CARD = 'card';

/** Where a value goes, and what may be spent on it. */
export interface ValueContext {
  readonly place: RedactionPlace;
  readonly budget: RecordBudget;
  readonly readError: ErrorReader;
}

/**
 * Copies values of any kind as plain data without secrets, within limits. Everything is read once, so that a getter
 * cannot show one value here and another one later. Never throws.
 */
export class ValueRedaction {
  constructor(
    private readonly rules: RedactionRules,
    private readonly texts: TextRedaction,
    private readonly findings: RedactionFindings,
  ) {}

  /** Whether a value can go as it is. Only simple ones can. */
  isClean(verdict: KeyVerdict, value: unknown): boolean {
    switch (typeof value) {
      case 'string':
        return this.isCleanText(verdict, value);
      case 'number':
        return verdict.isAllowed || this.#isCleanNumber(verdict, value);
      case 'boolean':
      case 'undefined':
        return true;
      default:
        return (
          value === null ||
          (!types.isProxy(value) && Array.isArray(value) && this.#isCleanList(verdict, value))
        );
    }
  }

  isCleanText(verdict: KeyVerdict, text: string): boolean {
    if (text === verdict.lastClean) return true;
    if (verdict.rule !== undefined) return text === '' || isRedacted(text);
    const isClean =
      this.#isLeftAlone(verdict, text) ||
      (verdict.isSql ? this.texts.isCleanSql(text) : this.texts.isClean(text));
    if (isClean) verdict.lastClean = text;
    return isClean;
  }

  /** The name of a value, which may hold a secret itself. */
  safeName(name: string, verdict: KeyVerdict): string {
    return (verdict.safeName ??= this.texts.redact(
      name.length > LONGEST_NAME ? name.slice(0, LONGEST_NAME) : name,
      'log',
    ));
  }

  /** A value by the name it has; `undefined` where nothing is left of it. */
  named(name: string, value: unknown, context: ValueContext, depth = 0): unknown {
    const verdict = this.rules.keys.verdict(name);
    if (verdict.rule !== undefined && !this.isClean(verdict, value) && !isEmpty(value)) {
      if (typeof value === 'function') return undefined;
      const mark = this.texts.replaceWhole(verdict.rule, () => plainText(value), context.place);
      return mark !== undefined && !types.isProxy(value) && Array.isArray(value) ? [mark] : mark;
    }
    if (verdict.isAllowed && typeof value !== 'string' && this.isClean(verdict, value)) return value;
    if (typeof value === 'string') {
      context.budget.nodes -= 1;
      return this.#spend(this.#text(verdict, value, context.place), context);
    }
    return this.copy(value, context, depth);
  }

  copy(value: unknown, context: ValueContext, depth = 0): unknown {
    const { place, budget } = context;
    budget.nodes -= 1;
    switch (typeof value) {
      case 'string':
        return this.#spend(this.texts.redact(value, place), context);
      case 'number':
        return this.#number(value, place);
      case 'bigint':
        return this.#bigint(value, place);
      case 'symbol':
        return this.#spend(this.texts.redact(String(value), place), context);
      case 'object':
        return value === null ? null : this.#object(value, context, depth);
      case 'boolean':
        return value;
      default:
        return undefined;
    }
  }

  #text(verdict: KeyVerdict, text: string, place: RedactionPlace): string {
    if (this.#isLeftAlone(verdict, text)) return text;
    return verdict.isSql ? this.texts.redactSql(text, place) : this.texts.redact(text, place);
  }

  /** Of a hundred thousand ids of spans a few are numbers of cards, as far as their digits tell. */
  #isLeftAlone(verdict: KeyVerdict, text: string): boolean {
    return verdict.isAllowed
      ? text.length <= this.rules.limits.valueLength
      : verdict.isTraceId && ID_OF_TRACE.test(text);
  }

  /** Cuts a text that the record has no room for. */
  #spend(text: string, { place, budget }: ValueContext): string {
    const room = Math.max(0, budget.characters);
    budget.characters -= text.length;
    if (text.length <= room) return text;
    this.findings.cut('bytes', place);
    return `${text.slice(0, room)}…[${text.length - room} characters cut]`;
  }

  #isCleanNumber(verdict: KeyVerdict, value: number): boolean {
    if (verdict.rule !== undefined) return verdict.textOnly;
    return !(this.rules.scansNumbers && isCardNumber(value));
  }

  #isCleanList(verdict: KeyVerdict, values: readonly unknown[]): boolean {
    if (values.length > this.rules.limits.nodes) return false;
    let characters = 0;
    for (const value of values) {
      if (typeof value === 'object' && value !== null) return false;
      if (typeof value === 'string') characters += value.length;
      if (characters > this.rules.limits.recordLength || !this.isClean(verdict, value)) return false;
    }
    return true;
  }

  #number(value: number, place: RedactionPlace): unknown {
    if (!this.rules.scansNumbers || !isCardNumber(value)) return value;
    return this.texts.replaceWhole(CARD, () => String(value), place);
  }

  #bigint(value: bigint, place: RedactionPlace): unknown {
    if (value >= LARGE_INTEGER || value <= -LARGE_INTEGER) return '[BigInt]';
    const text = String(value);
    const clean = this.texts.redact(text, place);
    return clean === text ? value : clean;
  }

  #object(value: object, context: ValueContext, depth: number): unknown {
    const { budget, place } = context;
    for (let index = 0; index < depth; index += 1) if (budget.path[index] === value) return '[circular]';
    if (depth >= this.rules.limits.depth) {
      this.findings.cut('depth', place);
      return '[too deep]';
    }
    budget.path[depth] = value;
    try {
      return this.#content(value, context, depth);
    } catch {
      return UNREADABLE;
    }
  }

  #content(value: object, context: ValueContext, depth: number): unknown {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) {
      // Before toJSON: that of HTTP client errors gives away the request with its headers.
      if (types.isNativeError(value) || value instanceof Error)
        return this.#fields(context.readError(value), context, depth);
      if (value instanceof Uint8Array) return this.#bytes(value, context);
      if (ArrayBuffer.isView(value)) return `[${value.constructor.name}: ${value.byteLength} bytes]`;
      if (types.isMap(value)) return this.#map(value, context, depth);
      if (types.isSet(value)) return this.#items(value.size, value, context, depth);
    }
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') {
      const replaced: unknown = toJSON.call(value, '');
      if (typeof replaced !== 'object' || replaced === null) return this.copy(replaced, context, depth);
      return this.#structure(replaced, context, depth);
    }
    return this.#structure(value, context, depth);
  }

  #structure(value: object, context: ValueContext, depth: number): unknown {
    return Array.isArray(value)
      ? this.#items(value.length, value, context, depth)
      : this.#fields(value, context, depth);
  }

  #fields(value: object, context: ValueContext, depth: number): Record<string, unknown> {
    // No prototype: a field may be called __proto__.
    const copy = Object.create(null) as Record<string, unknown>;
    const names = Object.keys(value);
    for (const [index, name] of names.entries()) {
      if (context.budget.isSpent) {
        this.findings.cut('nodes', context.place);
        copy['…'] = `${names.length - index} more`;
        break;
      }
      const verdict = this.rules.keys.verdict(name);
      context.budget.characters -= name.length;
      const field = this.#attempt(() =>
        this.named(name, (value as Record<string, unknown>)[name], context, depth + 1),
      );
      if (field !== undefined) copy[this.safeName(name, verdict)] = field;
    }
    return copy;
  }

  #items(size: number, items: Iterable<unknown>, context: ValueContext, depth: number): unknown[] {
    const copy: unknown[] = [];
    for (const item of items) {
      if (context.budget.isSpent) {
        this.findings.cut('nodes', context.place);
        copy.push(`… ${size - copy.length} more`);
        break;
      }
      copy.push(this.#attempt(() => this.copy(item, context, depth + 1)));
    }
    return copy;
  }

  #map(map: ReadonlyMap<unknown, unknown>, context: ValueContext, depth: number): unknown {
    const entries: [unknown, unknown][] = [];
    let isNamed = true;
    for (const entry of map) {
      if (entries.length > context.budget.nodes) break;
      isNamed &&= typeof entry[0] === 'string';
      entries.push(entry);
    }
    if (isNamed) return this.#fields(Object.fromEntries(entries), context, depth);
    return this.#items(map.size, entries, context, depth);
  }

  /** Bytes may be the bytes of a text. */
  #bytes(bytes: Uint8Array, { place, budget }: ValueContext): unknown {
    const { valueLength } = this.rules.limits;
    if (bytes.byteLength > Math.min(valueLength, Math.max(0, budget.characters))) {
      this.findings.cut('bytes', place);
      return `[${bytes.byteLength} bytes cut]`;
    }
    budget.characters -= bytes.byteLength;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return this.texts.isClean(text) ? bytes : this.texts.redact(text, place);
  }

  #attempt(read: () => unknown): unknown {
    try {
      return read();
    } catch {
      return UNREADABLE;
    }
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** For a pseudonym; what cannot be text is known by its kind. */
function plainText(value: unknown): string {
  try {
    return typeof value === 'string'
      ? value
      : JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
  } catch {
    return typeof value;
  }
}
