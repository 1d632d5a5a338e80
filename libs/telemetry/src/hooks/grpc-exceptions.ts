import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { BaseExceptionFilterContext } from '@nestjs/core/exceptions/base-exception-filter-context.js';
import { loadedByNest } from './grpc-packages.js';
import { observationOfCall } from './grpc-server.calls.js';
import { sharedInstallation } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

interface Microservices {
  readonly BaseRpcExceptionFilter?: { readonly prototype: ExceptionFilter };
}

interface FilterEntry {
  func: ExceptionFilter['catch'];
}

/**
 * Exceptions of guards, pipes, interceptors and handlers as they were thrown: what reaches the call is what a filter has
 * made of them. Either a filter of the application gets them, or Nest's own.
 */
export const watchExceptions = sharedInstallation(() => {
  const filters = (loadedByNest('@nestjs/microservices') as Microservices | undefined)
    ?.BaseRpcExceptionFilter;
  const restores = [wrapFilters(), ...(filters === undefined ? [] : [wrapDefaultFilter(filters.prototype)])];
  return () => {
    for (const restore of restores) restore();
  };
});

function wrapDefaultFilter(prototype: object): () => void {
  return wrapMethod(
    prototype,
    'catch',
    (original) =>
      function (this: ExceptionFilter, exception: unknown, host: ArgumentsHost): unknown {
        thrownIn(host, exception);
        return original.call(this, exception, host);
      },
  );
}

/** Filters are bound to their handlers when those are registered, so it is the entries that are wrapped. */
function wrapFilters(): () => void {
  return wrapMethod(
    BaseExceptionFilterContext.prototype,
    'createConcreteContext',
    (original) =>
      function (this: BaseExceptionFilterContext, ...args: unknown[]): FilterEntry[] {
        const entries = original.apply(this, args) as FilterEntry[];
        return entries.map((entry) => ({
          ...entry,
          func(exception, host) {
            thrownIn(host, exception);
            return entry.func(exception, host);
          },
        }));
      },
  );
}

function thrownIn(host: ArgumentsHost, exception: unknown): void {
  for (const argument of host.getArgs()) observationOfCall(argument)?.failed(exception);
}
