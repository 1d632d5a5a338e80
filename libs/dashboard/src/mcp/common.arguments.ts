import type { ArgumentSchema } from './argument.schema.js';

/** Arguments several tools have. */
export const SERVICE: ArgumentSchema = { type: 'string', description: 'Only of this service (service.name)' };
export const TRACE_ID: ArgumentSchema = {
  type: 'string',
  description: 'Id of the trace, 32 hexadecimal digits',
  pattern: '^[0-9a-f]{32}$',
};
export const SINCE: ArgumentSchema = {
  type: 'number',
  description: 'How far to look back, in minutes',
  minimum: 0.1,
  maximum: 100_000,
  default: 60,
};

export function limit(most: number, usual: number): ArgumentSchema {
  return { type: 'integer', description: 'Most results', minimum: 1, maximum: most, default: usual };
}

/** Microseconds as milliseconds with three digits behind the point. */
export function millis(us: number): number {
  return Math.round(us) / 1000;
}

/** Microseconds since the epoch as a date and time. */
export function time(us: number): string {
  return new Date(us / 1000).toISOString();
}
