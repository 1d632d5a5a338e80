import { guarded } from '../telemetry.warnings.js';
import { currentRedactor } from './redaction/current.redactor.js';
import type { RecordContent } from './record.content.js';
import { redactRecord } from './redaction/record.redaction.js';
import { NO_REDACTION } from './redaction/redactor.js';

/** Takes secrets out of log records. */
export interface RecordRedactor {
  /** What may be written and sent. The content is the caller's own: it is copied, never changed. */
  redact(content: RecordContent): RecordContent;
}

/** Better nothing than a secret. */
const WITHHELD: RecordContent = { body: '[redaction failed]', attributes: undefined, error: undefined };

/** The rules that hold for everything else that leaves the process. */
const STANDARD: RecordRedactor = { redact: (content) => redactRecord(currentRedactor(), content) };

const redactors: RecordRedactor[] = [];

/** Lets every record of this process pass this redactor instead of the rules in force; returns how to stop that. The latest counts. */
export function useRecordRedactor(redactor: RecordRedactor): () => void {
  redactors.push(redactor);
  return () => {
    const index = redactors.lastIndexOf(redactor);
    if (index >= 0) redactors.splice(index, 1);
  };
}

/**
 * The one place that every log record passes before it is buffered, encoded or written: those of `TelemetryLogger`, of
 * pino and winston, and those that other code gives to the OpenTelemetry API.
 */
export function redactedContent(content: RecordContent): RecordContent {
  const redactor = redactors.at(-1) ?? STANDARD;
  return guarded('A log redactor', () => redactor.redact(content), WITHHELD);
}

/** A text that belongs to a record, without secrets: the name of a context. */
export function redactedText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : currentRedactor().text(text, 'log');
}

/** A line that stands for one that could not be redacted. */
const WITHHELD_LINE = `${JSON.stringify({ msg: WITHHELD.body })}\n`;

/** A record that somebody else made a line of JSON of already. */
export function redactedLine(line: string): string {
  return guarded('A log redactor', () => currentRedactor().jsonLine(line), WITHHELD_LINE);
}

/** Whether anything is redacted: lets whoever would have to take a record apart first leave that out. */
export function recordsAreRedacted(): boolean {
  return redactors.length > 0 || currentRedactor() !== NO_REDACTION;
}

/**
 * On records for the OpenTelemetry Logs API that were made in this package: their content is plain data of their own
 * and has been redacted, which need not be done twice.
 */
export const PASSED = Symbol.for('nest-telemetry.passed-record');
