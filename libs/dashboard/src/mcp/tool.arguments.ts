import { DashboardError } from '../dashboard.errors.js';
import type { ArgumentSchema, ArgumentsSchema } from './argument.schema.js';

type Given = string | number | boolean;

/** The arguments of a call, held against the schema of the tool. */
export class ToolArguments {
  readonly #values: ReadonlyMap<string, Given>;

  /** @throws DashboardError `ND_PARAMETER_INVALID` naming the argument and what it takes */
  constructor(
    { name, properties, required = [] }: ArgumentsSchema,
    given: Readonly<Record<string, unknown>>,
  ) {
    const values = new Map<string, Given>();
    for (const [key, value] of Object.entries(given)) {
      const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (schema === undefined)
        throw invalid(`${name} takes ${Object.keys(properties).join(', ')}, but no ${key}.`);
      if (!fits(value, schema)) throw invalid(`${key} takes ${described(schema)}.`);
      values.set(key, value as Given);
    }
    for (const key of required) if (!values.has(key)) throw invalid(`${name} needs ${key}.`);
    for (const [key, schema] of Object.entries(properties))
      if (schema.default !== undefined && !values.has(key)) values.set(key, schema.default);
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name);
    return typeof value === 'number' ? value : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.#values.get(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  /** `sinceMinutes` as the beginning of a window, in microseconds since the epoch. */
  get fromUs(): number | undefined {
    const minutes = this.number('sinceMinutes');
    return minutes === undefined ? undefined : (Date.now() - minutes * 60_000) * 1000;
  }
}

function invalid(message: string): DashboardError {
  return new DashboardError('ND_PARAMETER_INVALID', message);
}

function fits(value: unknown, { type, enum: choices, pattern, minimum, maximum }: ArgumentSchema): boolean {
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'string') {
    if (typeof value !== 'string') return false;
    return (
      (choices?.includes(value) ?? true) && (pattern === undefined || new RegExp(pattern, 'u').test(value))
    );
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (type === 'integer' && !Number.isInteger(value)) return false;
  return value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
}

function described({ type, enum: choices, pattern, minimum, maximum }: ArgumentSchema): string {
  if (choices !== undefined) return `one of ${choices.join(', ')}`;
  if (pattern !== undefined) return `a text like ${pattern}`;
  const range = minimum === undefined ? '' : ` from ${minimum} to ${maximum ?? 'any'}`;
  return `${type === 'integer' ? 'an' : 'a'} ${type}${range}`;
}
