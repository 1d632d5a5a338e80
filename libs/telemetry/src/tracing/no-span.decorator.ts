import { markAsExcluded } from './method-metadata.js';

/**
 * Keeps `@Traceable()` of the class, or of a class derived from it, away from a method.
 * @since 0.1.0
 */
export function NoSpan(): (target: object, key: PropertyKey) => void {
  return (target, key) => markAsExcluded(target, key);
}
