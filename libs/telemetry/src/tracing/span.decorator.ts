import { decorateMethod } from './decorated-method.js';
import { markAsSpanned, parameterAttributes } from './method-metadata.js';
import type { RunInSpanOptions } from './run-in-span.options.js';
import { spanMethod, type MethodSpanOptions } from './span-method.js';

/**
 * Options of {@link Span}: an object, or a function that makes it from the arguments of a call. If the function throws,
 * a warning is given and the method runs without options.
 * @since 0.1.0
 */
export type SpanDecoratorOptions<A extends readonly unknown[] = never[]> =
  RunInSpanOptions | ((...args: A) => RunInSpanOptions | undefined);

/** The decorator returned by {@link Span}; the arguments of the options function must fit the method's. */
export type SpanDecorator<A extends readonly unknown[]> = <
  M extends (...args: [...A, ...never[]]) => unknown,
>(
  target: object,
  key: PropertyKey,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * Runs the method in a span. It covers the call and what the method returned: a promise until it settles, an
 * Observable from subscription to its end (one span each), generators, async iterables and streams until they are
 * through. The decorator may be put on instance and static methods of any class.
 *
 * The default name is `Class.method` with the class that declares the method, so that it says where the code is and
 * stays the same for every subclass.
 *
 * @example
 * ```ts
 * @Span() findAll() {}
 * @Span('order.place') place(order: Order) {}
 * @Span((id: string) => ({ attributes: { 'order.id': id } })) find(id: string) {}
 * ```
 * @throws TelemetryError with code `NT_DECORATOR_MISPLACED` when the class is defined, if put on anything but a method
 * @since 0.1.0
 */
export function Span<A extends readonly unknown[] = never[]>(
  options?: SpanDecoratorOptions<A>,
): SpanDecorator<A>;
export function Span<A extends readonly unknown[] = never[]>(
  name?: string,
  options?: SpanDecoratorOptions<A>,
): SpanDecorator<A>;
export function Span<A extends readonly unknown[] = never[]>(
  nameOrOptions?: string | SpanDecoratorOptions<A>,
  maybeOptions?: SpanDecoratorOptions<A>,
): SpanDecorator<A> {
  const named = typeof nameOrOptions === 'string';
  const options = named ? maybeOptions : (nameOrOptions ?? maybeOptions);
  return (target, key, descriptor) => {
    decorateMethod('@Span()', target, key, descriptor, (original, place) =>
      spanMethod(
        original,
        named ? nameOrOptions : place,
        options as MethodSpanOptions | undefined,
        parameterAttributes(target, key),
      ),
    );
    markAsSpanned(target, key);
  };
}
