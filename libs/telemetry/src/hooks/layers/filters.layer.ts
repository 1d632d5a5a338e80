import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilterContext } from '@nestjs/core/exceptions/base-exception-filter-context.js';
import type { LayerOutcome } from '../../tracing/conventions/layer.conventions.js';
import { wrapMethod } from '../wrapped.method.js';
import { describeLayer, type KnownLayer } from './known.layers.js';
import { runLayer } from './layer.run.js';

/** How Nest keeps a filter for a handler: only its method, bound, so the class must be learned while it is bound. */
interface BoundFilter {
  readonly func: (exception: unknown, host: ArgumentsHost) => unknown;
}

const outcomeOf = (): LayerOutcome => 'handled';

/** Exception filters of the application, of every kind of handler that is created from now on. */
export function watchFilters(): () => void {
  const layers = new WeakMap<object, KnownLayer>();
  /** Filters found by the call of `createConcreteContext` that is running; it is not asynchronous. */
  let found: object[] = [];

  const restores = [
    wrapMethod(BaseExceptionFilterContext.prototype, 'getFilterInstance', (getFilterInstance) => {
      return function (this: BaseExceptionFilterContext, ...args: unknown[]) {
        const filter = getFilterInstance.apply(this, args) as object | null | undefined;
        if (filter) found.push(filter);
        return filter;
      };
    }),
    wrapMethod(BaseExceptionFilterContext.prototype, 'createConcreteContext', (createConcreteContext) => {
      return function (this: BaseExceptionFilterContext, ...args: unknown[]) {
        const outer = found;
        found = [];
        try {
          const bound = createConcreteContext.apply(this, args) as BoundFilter[];
          // One name per filter, or none at all: a wrong one would be worse.
          return bound.length === found.length
            ? bound.map((each, index) => watched(each, found[index]))
            : bound;
        } finally {
          found = outer;
        }
      };
    }),
  ];

  const watched = (bound: BoundFilter, filter: object | undefined): BoundFilter => {
    if (filter === undefined) return bound;
    const layer = layers.get(filter) ?? describeLayer('filter', filter);
    layers.set(filter, layer);
    const call = { layer, outcomeOf };
    return { ...bound, func: (exception, host) => runLayer(call, () => bound.func(exception, host)) };
  };

  return () => {
    for (const restore of restores) restore();
  };
}
