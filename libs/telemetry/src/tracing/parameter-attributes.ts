import type { Attributes } from '@opentelemetry/api';
import type { AttributeScalar } from '../telemetry.options.js';
import { guarded } from '../telemetry.warnings.js';
import type { ParameterAttribute } from './method-metadata.js';

/** Attributes of one call from its arguments. What cannot be an attribute is left out. */
export function readParameterAttributes(
  parameters: readonly ParameterAttribute[],
  args: readonly unknown[],
): Attributes {
  const attributes: Attributes = {};
  for (const { index, name, pick } of parameters) {
    const argument = args[index];
    const value =
      pick === undefined ? argument : guarded(`@SpanAttribute('${name}')`, () => pick(argument), undefined);
    const attribute = toAttribute(value);
    if (attribute !== undefined) attributes[name] = attribute;
  }
  return attributes;
}

/** Objects are left out, since nobody can see from the decorator what of them would leave the process. */
function toAttribute(value: unknown): AttributeScalar | readonly AttributeScalar[] | undefined {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    default:
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
      return Array.isArray(value) && value.every(isScalar) ? (value as AttributeScalar[]) : undefined;
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
