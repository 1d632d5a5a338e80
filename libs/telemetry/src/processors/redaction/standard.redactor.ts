import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { resolveRedaction } from '../../redaction.settings.js';
import type { RedactionOptions } from '../../telemetry.options.js';
import { AttributeRedaction } from './attribute.redaction.js';
import { RedactionFindings } from './findings.js';
import type { RedactionPlace } from './places.js';
import { JsonLineRedaction } from './json-line.redaction.js';
import { RecordBudget } from './record.budget.js';
import { type ErrorReader, NO_REDACTION, type Redactor } from './redactor.js';
import { createRules, type RedactionRules } from './rules.js';
import { SpanRedaction } from './span.redaction.js';
import { TextRedaction } from './text.redaction.js';
import { ValueRedaction } from './value.redaction.js';

/** A redactor, and what it did so far. */
export interface CountedRedactor {
  readonly redactor: Redactor;
  readonly findings: RedactionFindings;
}

/**
 * The redactor of these options.
 * @throws TelemetryError `NT_REDACTION_PATTERN_UNSAFE` or `NT_OPTION_INVALID`
 */
export function createRedactor(options: RedactionOptions = {}): CountedRedactor {
  const findings = new RedactionFindings(options.explain ?? false);
  const isOff = options.enabled === false;
  const redactor = isOff
    ? NO_REDACTION
    : new StandardRedactor(createRules(resolveRedaction(options)), findings);
  return { redactor, findings };
}

class StandardRedactor implements Redactor {
  readonly #rules: RedactionRules;
  readonly #texts: TextRedaction;
  readonly #values: ValueRedaction;
  readonly #lines: JsonLineRedaction;
  readonly #attributes: AttributeRedaction;
  readonly #spans: SpanRedaction;

  constructor(rules: RedactionRules, findings: RedactionFindings) {
    this.#rules = rules;
    this.#texts = new TextRedaction(rules, findings);
    this.#values = new ValueRedaction(rules, this.#texts, findings);
    this.#lines = new JsonLineRedaction(rules, this.#texts, this.#values, findings);
    this.#attributes = new AttributeRedaction(rules, this.#values);
    this.#spans = new SpanRedaction(rules, this.#texts, this.#attributes);
  }

  text(text: string, place: RedactionPlace): string {
    return this.#texts.redact(text, place);
  }

  value(value: unknown, place: RedactionPlace, readError: ErrorReader, name?: string): unknown {
    const context = { place, budget: new RecordBudget(this.#rules.limits), readError };
    try {
      return name === undefined
        ? this.#values.copy(value, context)
        : this.#values.named(name, value, context);
    } catch {
      return '[unreadable]';
    }
  }

  jsonLine(line: string): string {
    return this.#lines.redact(line);
  }

  attributes(attributes: Attributes, place: RedactionPlace): Attributes {
    if (this.#attributes.roomAfter(attributes, this.#rules.limits.recordLength) >= 0) return attributes;
    return this.#attributes.redact(attributes, place, new RecordBudget(this.#rules.limits));
  }

  span(span: ReadableSpan): ReadableSpan {
    return this.#spans.redact(span);
  }

  mayBeSent(name: string, value: string): boolean {
    return this.#values.isClean(this.#rules.keys.verdict(name), value);
  }
}
