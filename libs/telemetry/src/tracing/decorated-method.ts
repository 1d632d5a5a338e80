import { TelemetryError } from '../telemetry.errors.js';
import type { Method } from './span-method.js';

/**
 * Puts another function in the place of a decorated method.
 *
 * @param replace - makes it from the method and its default name
 * @throws TelemetryError with code `NT_DECORATOR_MISPLACED` if it is no method
 */
export function decorateMethod(
  decorator: string,
  target: object,
  key: PropertyKey,
  descriptor: PropertyDescriptor | undefined,
  replace: (original: Method, place: string) => Method,
): void {
  const original: unknown = descriptor?.value;
  const place = methodName(target, key);
  if (descriptor === undefined || typeof original !== 'function')
    throw new TelemetryError('NT_DECORATOR_MISPLACED', { decorator, place });
  descriptor.value = replace(original as Method, place);
}

/** `Class.method`, for static methods too. */
export function methodName(target: object, key: PropertyKey): string {
  const owner = typeof target === 'function' ? target : target.constructor;
  return `${owner.name}.${String(key)}`;
}
