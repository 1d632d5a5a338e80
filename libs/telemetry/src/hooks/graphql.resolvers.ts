import { SpanKind } from '@opentelemetry/api';
import { CODE_FUNCTION_NAME, ERROR_TYPE, GRAPHQL_FIELD_PATH } from '../semconv.js';
import { graphqlFieldPath } from '../tracing/conventions/graphql.conventions.js';
import { errorType } from '../tracing/error-recording.js';
import { runInSpan } from '../tracing/run-in-span.js';
import {
  operationOf,
  type GraphqlOperation,
  type ResolveInfo,
  type GraphqlSettings,
} from './graphql.operation.js';
import { observeSubscription } from './graphql.subscription.js';
import { recordRequestError } from './request-error.js';
import { wrapMethod } from './wrapped.method.js';

/** What the resolver explorer of @nestjs/graphql knows of a method. */
interface ResolverMethod {
  /** The parent type in the schema, e.g. `Query`. */
  readonly type: string;
  readonly name: string;
  readonly methodName: string;
}

/** A function graphql-js calls for a field. */
type Resolver = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Lets every resolver that Nest makes run in the span of its operation. The explorer hands each of them out once:
 * root fields, `@ResolveField()`, reference resolvers, request-scoped ones, with and without decorated parameters, for
 * schema first and code first alike.
 */
export function wrapResolvers(
  explorer: object,
  settingsOf: (explorer: object) => GraphqlSettings | undefined,
): () => void {
  return wrapMethod(explorer, 'createContextCallback', (create) => {
    return function (this: object, ...args: unknown[]): unknown {
      const callback = create.apply(this, args);
      const settings = settingsOf(this);
      const [instance, , , , method] = args as [object, unknown, unknown, unknown, ResolverMethod];
      if (settings === undefined || typeof callback !== 'function') return callback;
      return observedResolver(callback as Resolver, instance.constructor.name, method, settings);
    };
  });
}

function observedResolver(
  callback: Resolver,
  className: string,
  method: ResolverMethod,
  settings: GraphqlSettings,
): Resolver {
  return function (...args) {
    // Type and reference resolvers have no arguments object.
    const [graphqlContext, info] = (args.length > 3 ? [args[2], args[3]] : [args[1], args[2]]) as [
      unknown,
      ResolveInfo | undefined,
    ];
    const resolve = (): unknown => callback.apply(this, args);
    if (method.type === 'Subscription') return observeSubscription(graphqlContext, info, settings, resolve);
    const operation = operationOf(graphqlContext);
    if (operation === undefined) return resolve();
    const work = (): unknown =>
      operation.settings.options.resolvers ? inSpan(operation, className, method, info, resolve) : resolve();
    return operation.run(info?.operation, work);
  };
}

function inSpan(
  operation: GraphqlOperation,
  className: string,
  { type, name, methodName }: ResolverMethod,
  info: ResolveInfo | undefined,
  resolve: () => unknown,
): unknown {
  const path = graphqlFieldPath(info?.path);
  if (!operation.admits(path)) return resolve();
  return runInSpan(
    `${type}.${name}`,
    {
      kind: SpanKind.INTERNAL,
      attributes: { [CODE_FUNCTION_NAME]: `${className}.${methodName}` },
      lazyAttributes: () => ({ [GRAPHQL_FIELD_PATH]: path }),
      recordFailure(span, error) {
        recordRequestError(span, error, operation.settings.options.isError(error));
        span.setAttribute(ERROR_TYPE, errorType(error));
      },
    },
    resolve,
  );
}
