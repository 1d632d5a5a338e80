import * as v from 'valibot';
import { TelemetryError } from '../telemetry.errors.js';
import type { TelemetryOptions } from '../telemetry.options.js';
import { checkViews } from './metric-views.js';
import { optionsSchema } from './options.schema.js';

/**
 * Checks options as JavaScript callers and configuration files hand them in.
 * @throws TelemetryError `NT_OPTION_INVALID` with the path of the first bad value, the value, and what is allowed.
 */
export function validateOptions(options: TelemetryOptions): void {
  const result = parse(options);
  if (result.success) {
    checkViews(options.metrics?.views ?? []);
    return;
  }
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? 'options';
  // Valibot reports an unknown key with `never` as the expected type, and the key as the input.
  const isUnknown = issue.expected === 'never';
  const value = isUnknown ? issue.path?.at(-1)?.value : issue.input;
  const allowed = isUnknown ? 'no option of this name' : issue.message;
  throw new TelemetryError('NT_OPTION_INVALID', { path, value: show(path, value), allowed });
}

/** @throws TelemetryError for options that throw when they are read, or never end */
function parse(options: unknown) {
  try {
    if (!Array.isArray(options))
      return v.safeParse(optionsSchema, withoutUndefined(options), { abortEarly: true });
  } catch (cause) {
    const details = { path: 'options', value: 'an object that cannot be read', allowed: 'plain objects' };
    throw new TelemetryError('NT_OPTION_INVALID', details, { cause });
  }
  throw new TelemetryError('NT_OPTION_INVALID', { path: 'options', value: 'an array', allowed: 'an object' });
}

/** With `exactOptionalPropertyTypes` off, callers pass `undefined` for "not set"; it means the same. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, withoutUndefined(entry)]),
  );
}

const SECRETS = ['otlp.headers', 'metrics.auth', 'traces.force.secret', 'redaction.pseudonymKey'];

/** Header values are credentials more often than not, and those of the metrics page always are. */
function show(path: string, value: unknown): string {
  if (SECRETS.some((secret) => path.startsWith(secret))) return '[hidden]';
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
