import type { Attributes } from '@opentelemetry/api';
import type { RedactionPlace } from './places.js';
import type { RecordBudget } from './record.budget.js';
import type { RedactionRules } from './rules.js';
import type { ValueRedaction } from './value.redaction.js';

/** Not clean; less than any room that is left. */
const DIRTY = -1;

/** Redacts sets of attributes. */
export class AttributeRedaction {
  constructor(
    private readonly rules: RedactionRules,
    private readonly values: ValueRedaction,
  ) {}

  /**
   * How many characters are left of `room` after these attributes, if all of them are clean; less than 0 if they have
   * to be redacted or do not fit. Makes nothing, because most attributes are clean.
   */
  roomAfter(attributes: Attributes, room: number): number {
    let left = room;
    const { keys } = this.rules;
    for (const name of Object.keys(attributes)) {
      const value = attributes[name];
      const verdict = keys.verdict(name);
      if (typeof value === 'string') {
        left -= value.length;
        if (!this.values.isCleanText(verdict, value)) return DIRTY;
      } else if (!this.values.isClean(verdict, value)) {
        return DIRTY;
      }
      if (this.values.safeName(name, verdict) !== name) return DIRTY;
    }
    return left;
  }

  /** A copy without secrets. */
  redact(attributes: Attributes, place: RedactionPlace, budget: RecordBudget): Attributes {
    const copy: Attributes = {};
    const context = { place, budget, readError: plainError };
    for (const name of Object.keys(attributes)) {
      const verdict = this.rules.keys.verdict(name);
      const value = this.values.named(name, read(attributes, name), context);
      if (value !== undefined) copy[this.values.safeName(name, verdict)] = value;
    }
    return copy;
  }
}

function read(attributes: Attributes, name: string): unknown {
  try {
    return attributes[name];
  } catch {
    return '[unreadable]';
  }
}

/** Errors are no attributes; the official SDK lets them through all the same. */
function plainError(error: Error): object {
  return { name: error.name, message: error.message };
}
