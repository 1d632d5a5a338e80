import { decorateMethod } from '../../tracing/decorated-method.js';
import { markAsSpanned, parameterAttributes } from '../../tracing/method-metadata.js';
import { readParameterAttributes } from '../../tracing/parameter-attributes.js';
import { aroundMethod } from '../../tracing/span-method.js';
import {
  attributesOfCall,
  type FromCall,
  type HighAttributes,
  type LowAttributes,
} from './low.attributes.js';
import { observe, type ObserveOptions } from './observe.js';

/**
 * Options of {@link Observed}: those of `observe()`, with attributes that may depend on the arguments of a call.
 * @since 0.1.0
 */
export interface ObservedOptions<
  L extends readonly unknown[] = never[],
  H extends readonly unknown[] = never[],
> extends Omit<ObserveOptions, 'low' | 'high'> {
  /** Attributes with few distinct values, for the span and for the metric. */
  readonly low?: FromCall<LowAttributes, L>;
  /** Attributes for the span only, e.g. ids; a function is asked only if the span is recorded. */
  readonly high?: FromCall<HighAttributes, H>;
}

/** The decorator returned by {@link Observed}; the arguments of both functions must fit the method's. */
export type ObservedDecorator<L extends readonly unknown[], H extends readonly unknown[]> = <
  M extends ((...args: [...L, ...never[]]) => unknown) & ((...args: [...H, ...never[]]) => unknown),
>(
  target: object,
  key: PropertyKey,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * `observe()` for a method: a span, and the histogram of its duration by the same name.
 *
 * @example
 * ```ts
 * @Observed('order.place', {
 *   low: (order: Order) => ({ 'payment.method': order.payment }),
 *   high: (order: Order) => ({ 'order.id': order.id }),
 * })
 * place(order: Order) {}
 * ```
 * @param name - of the span; the histogram is called `<name>.duration`
 * @throws TelemetryError with code `NT_DECORATOR_MISPLACED` when the class is defined, if put on anything but a method
 * @since 0.1.0
 */
export function Observed<L extends readonly unknown[] = never[], H extends readonly unknown[] = never[]>(
  name: string,
  options: ObservedOptions<L, H> = {},
): ObservedDecorator<L, H> {
  const { low, high, ...rest } = options as ObservedOptions;
  return (target, key, descriptor) => {
    const parameters = parameterAttributes(target, key);
    decorateMethod('@Observed()', target, key, descriptor, (original, place) =>
      aroundMethod(original, (call, args) =>
        observe(name, () => call(), {
          ...rest,
          low: attributesOfCall(`The low attributes of ${place}`, low, args) as LowAttributes,
          high: () => ({
            ...readParameterAttributes(parameters, args),
            ...attributesOfCall(`The high attributes of ${place}`, high, args),
          }),
        }),
      ),
    );
    markAsSpanned(target, key);
  };
}
