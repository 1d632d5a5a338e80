import { TelemetryError } from '../telemetry.errors.js';
import { addParameterAttribute } from './method-metadata.js';

/**
 * Puts an argument on the span that `@Span()` or `@Traceable()` makes for the method. Strings, numbers, booleans,
 * arrays of them, dates and bigints are recorded; `undefined`, `null` and objects are not. Has no effect on a method
 * without a span.
 *
 * @param name - attribute name, e.g. `order.id`
 * @param pick - takes the value out of an argument that is an object; if it throws, a warning is given
 * @example
 * ```ts
 * @Span() ship(@SpanAttribute('order.id', (order: Order) => order.id) order: Order) {}
 * ```
 * @throws TelemetryError with code `NT_DECORATOR_MISPLACED` on a constructor parameter
 * @since 0.1.0
 */
export function SpanAttribute(
  name: string,
  pick?: (value: never) => unknown,
): (target: object, key: PropertyKey | undefined, index: number) => void {
  return (target, key, index) => {
    if (key === undefined) {
      const place = `a constructor parameter of ${(target as { name?: string }).name ?? 'a class'}`;
      throw new TelemetryError('NT_DECORATOR_MISPLACED', { decorator: `@SpanAttribute('${name}')`, place });
    }
    addParameterAttribute(target, key, {
      index,
      name,
      pick: pick as ((value: unknown) => unknown) | undefined,
    });
  };
}
