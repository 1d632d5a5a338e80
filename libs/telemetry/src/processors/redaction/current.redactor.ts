import { redactWarnings } from '../../telemetry.warnings.js';
import type { RedactionFindings } from './findings.js';
import type { Redactor } from './redactor.js';
import { type CountedRedactor, createRedactor } from './standard.redactor.js';

const installed: CountedRedactor[] = [];
let standard: CountedRedactor | undefined;

function current(): CountedRedactor {
  // Made when it is needed: a process with an application of its own never does.
  return installed.at(-1) ?? (standard ??= createRedactor());
}

/**
 * The redactor everything passes that leaves this process: logs, spans, metrics and baggage must not disagree about what
 * is secret. The standard rules hold while no application has set others.
 */
export function currentRedactor(): Redactor {
  return current().redactor;
}

/** What the redactor in force has done so far. */
export function redactionFindings(): RedactionFindings {
  return current().findings;
}

/** Puts a redactor in force; the latest counts. Returns how to withdraw it. */
export function useRedactor(redactor: CountedRedactor): () => void {
  installed.push(redactor);
  return () => {
    const at = installed.lastIndexOf(redactor);
    if (at >= 0) installed.splice(at, 1);
  };
}

// Here, because warnings know of no redactor: its rules give warnings themselves.
redactWarnings((text) => currentRedactor().text(text, 'log'));
