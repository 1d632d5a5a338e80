import { diag } from '@opentelemetry/api';

/** Exporters fail on a name that is not text, and take the other spans of the batch with them. */
const UNNAMED = '<unspecified span name>';

/** A name as given, or one that says that none was given. */
export function spanName(name: unknown): string {
  if (typeof name === 'string') return name;
  diag.warn(`Invalid span name of type '${typeof name}', expected 'string'`);
  return UNNAMED;
}
