import type { RunInSpanOptions } from './run-in-span.options.js';
import { traceMethods } from './traced-methods.js';

/**
 * `@Span()` for every method of a class: its own and those it inherits, which are named after this class and stay as
 * they are for the parent and its other children. Left out are getters and setters, the constructor, lifecycle hooks
 * of Nest, static methods, methods with `@NoSpan()`, and methods that have a span already.
 *
 * @param options - for the span of every method
 * @since 0.1.0
 */
export function Traceable(options?: RunInSpanOptions): (target: { readonly prototype: object }) => void {
  return (target) => void traceMethods(target.prototype, options);
}
