import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { RedactionPlace } from './places.js';

/** How an error is read into plain data. */
export type ErrorReader = (error: Error) => object;

/**
 * Takes out of telemetry what must not leave the process. Nothing that is given to it is changed: what is clean comes
 * back as it is, anything else as a copy. Never throws.
 */
export interface Redactor {
  /** A text, in which secrets are replaced. */
  text(text: string, place: RedactionPlace): string;
  /**
   * Any value as plain data, its properties read once: errors as what `readError` makes of them, maps as objects, sets
   * as arrays. `name` is what it is called where it stands.
   */
  value(value: unknown, place: RedactionPlace, readError: ErrorReader, name?: string): unknown;
  /** A line of JSON, in which values are redacted as {@link value} would; all other characters stay. */
  jsonLine(line: string): string;
  attributes(attributes: Attributes, place: RedactionPlace): Attributes;
  span(span: ReadableSpan): ReadableSpan;
  /** Whether a named value may be sent to another process as it is. */
  mayBeSent(name: string, value: string): boolean;
}

/** Redaction that was switched off. */
export const NO_REDACTION: Redactor = {
  text: (text) => text,
  value: (value) => value,
  jsonLine: (line) => line,
  attributes: (attributes) => attributes,
  span: (span) => span,
  mayBeSent: () => true,
};
