import { SpanKind } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import { apartFrom, connectionArrival, linksTo } from './connection.arrival.js';
import {
  forgetOperation,
  GraphqlOperation,
  rememberOperation,
  type ResolveInfo,
  type GraphqlSettings,
} from './graphql.operation.js';

/**
 * A subscription is set up in a span of its own, in a new trace that is linked with the one the connection came with: it
 * may go on for days. Every event whose work reaches a resolver is a further trace, linked with the set-up.
 */
export function observeSubscription(
  graphqlContext: unknown,
  info: ResolveInfo | undefined,
  settings: GraphqlSettings,
  subscribe: () => unknown,
): unknown {
  const connection = connectionArrival(requestOf(graphqlContext), settings.inbound);
  const parent = apartFrom(connection);
  const links = [...connection.links, ...linksTo(connection.context)];
  const operation = new GraphqlOperation({}, settings, { kind: SpanKind.SERVER, parent, links });
  const settle = async (): Promise<unknown> => {
    try {
      const events = await operation.run(info?.operation, subscribe);
      operation.end();
      if (!isAsyncIterable(events)) return events;
      const place = {
        kind: SpanKind.CONSUMER,
        parent,
        links: linksTo(operation.context),
        collectsErrors: true,
      };
      const begin = (): GraphqlOperation => new GraphqlOperation({}, settings, place);
      return new ObservedEvents(events, graphqlContext, begin);
    } catch (error) {
      operation.end([error]);
      throw error;
    }
  };
  return settle();
}

/** The upgrade request: graphql-ws hands it out as `extra.request`, which Nest puts into `req` of its own context. */
function requestOf(graphqlContext: unknown): IncomingMessage | undefined {
  const { req, extra } = Object(graphqlContext) as {
    req?: { extra?: { request?: IncomingMessage } };
    extra?: { request?: IncomingMessage };
  };
  return extra?.request ?? req?.extra?.request;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof (value as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] === 'function';
}

/**
 * The events on their way to graphql-js, which asks for the next one when it has sent what the last one came to: only
 * then its work is known to be over.
 */
class ObservedEvents implements AsyncIterableIterator<unknown> {
  readonly #source: AsyncIterator<unknown>;
  #event: GraphqlOperation | undefined;

  constructor(
    source: AsyncIterable<unknown>,
    private readonly graphqlContext: unknown,
    private readonly begin: () => GraphqlOperation,
  ) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<unknown>> {
    this.#over();
    const result = await this.#source.next();
    if (result.done !== true) rememberOperation(this.graphqlContext, () => (this.#event ??= this.begin()));
    return result;
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#over();
    return (await this.#source.return?.(value)) ?? { done: true, value };
  }

  async throw(error?: unknown): Promise<IteratorResult<unknown>> {
    this.#over();
    if (this.#source.throw === undefined) throw error;
    return this.#source.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #over(): void {
    forgetOperation(this.graphqlContext);
    this.#event?.end();
    this.#event = undefined;
  }
}
