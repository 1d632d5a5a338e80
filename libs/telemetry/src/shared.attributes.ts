import type { Attributes } from '@opentelemetry/api';

const KEYS = Symbol('nest-telemetry.shared-attributes');

interface MaybeShared {
  readonly [KEYS]?: readonly string[];
}

/**
 * Settles attributes that many spans have in common: texts, numbers and booleans that never change. A span of our own then
 * refers to them instead of copying them, and they are encoded once. To everyone else they are plain attributes.
 */
export function sharedAttributes(attributes: Attributes): Attributes {
  Object.defineProperty(attributes, KEYS, { value: Object.keys(attributes) });
  return Object.freeze(attributes);
}

/** The names of shared attributes; undefined for others. */
export function sharedKeys(attributes: Attributes): readonly string[] | undefined {
  try {
    return (attributes as MaybeShared)[KEYS];
  } catch {
    // A proxy of the user that answers no questions.
    return undefined;
  }
}
