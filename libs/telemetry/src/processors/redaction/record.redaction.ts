import { describeError } from '../log-error.js';
import type { LogError, RecordContent } from '../record.content.js';
import type { Redactor } from './redactor.js';

/** What a log record says, without secrets: texts as texts, everything else as plain data that was read once. */
export function redactRecord(redactor: Redactor, content: RecordContent): RecordContent {
  const { body, attributes, error } = content;
  // Most lines: a text, and nothing in it.
  if (typeof body === 'string' && attributes === undefined && error === undefined) {
    const text = redactor.text(body, 'log');
    return text === body ? content : { ...content, body: text };
  }
  return {
    body: typeof body === 'string' ? redactor.text(body, 'log') : plain(redactor, body),
    attributes: attributes && (plain(redactor, attributes) as Record<string, unknown>),
    error: error && redactError(redactor, error),
  };
}

function plain(redactor: Redactor, value: unknown): unknown {
  return redactor.value(value, 'log', describeError);
}

/** Part by part: every one has a limit of its own, so that a long cause leaves room for the stack. */
function redactError(redactor: Redactor, error: LogError): LogError {
  const { type, message, stack, attributes, cause, errors } = error;
  const text = (value: string | undefined) => (value === undefined ? undefined : redactor.text(value, 'log'));
  return {
    type: text(type),
    message: text(message),
    stack: text(stack),
    attributes: attributes && (plain(redactor, attributes) as Record<string, unknown>),
    cause: cause && redactError(redactor, cause),
    errors: errors?.map((member) => redactError(redactor, member)),
  };
}
