import { context, SpanKind, type Context } from '@opentelemetry/api';
import { Observable } from 'rxjs';
import { METRICS } from '../metrics/catalog.js';
import { eventHandlerSpan } from '../tracing/conventions/cqrs.conventions.js';
import { classOfHandler, type HandlerWrapper } from './cqrs.handler.js';
import { sharedInstallationPer } from './shared.installation.js';
import { observeWork } from './work.observation.js';
import { wrapMethod } from './wrapped.method.js';

interface EventHandler {
  handle(event: unknown): unknown;
}

interface EventBus {
  readonly moduleRef?: { resolve(...args: unknown[]): Promise<EventHandler> };
}

type Saga = (events: Observable<unknown>) => unknown;

/**
 * Where an event was published. The bus of Nest calls its handlers there and then, but a publisher of the application
 * may hand the event over later and from elsewhere.
 */
const publishedIn = new WeakMap<object, Context>();

/**
 * Event handlers, each in a span under the one the event was published in. Sagas are functions from events to commands
 * and take no time of their own: what they need is that an event reaches them in the context it was published in, so
 * that the commands they return are executed there.
 */
export const observeEvents = sharedInstallationPer((prototype: object) => {
  let wanted = true;

  const observed = (handler: EventHandler, name: string): EventHandler => ({
    handle(event) {
      if (!wanted) return handler.handle(event);
      const { name: spanName, low } = eventHandlerSpan(event, name);
      const duration = METRICS.cqrsHandlerDuration;
      const parent = contextOf(event);
      return observeWork({ name: spanName, kind: SpanKind.INTERNAL, low, duration, parent }, () =>
        handler.handle(event),
      );
    },
  });

  const undo = [
    wrapMethod(prototype, 'publish', (publish) => {
      return function (this: unknown, event: unknown, ...rest: unknown[]) {
        remember(event);
        return publish.call(this, event, ...rest);
      };
    }),
    wrapMethod(prototype, 'publishAll', (publishAll) => {
      return function (this: unknown, events: unknown, ...rest: unknown[]) {
        if (Array.isArray(events)) events.forEach(remember);
        return publishAll.call(this, events, ...rest);
      };
    }),
    wrapMethod(prototype, 'bind', (bind) => {
      return function (this: EventBus, handler: HandlerWrapper, ...rest: unknown[]) {
        const name = classOfHandler(handler);
        // The bus takes the handler from its wrapper or, if it is request-scoped, from the injector.
        const wrapper = Object.create(handler, {
          instance: { get: () => handler.instance && observed(handler.instance as EventHandler, name) },
        }) as HandlerWrapper;
        const { moduleRef } = this;
        const bus = Object.create(this, {
          moduleRef: {
            value: {
              resolve: async (...args: unknown[]) => {
                const instance = await moduleRef?.resolve(...args);
                return instance && observed(instance, name);
              },
            },
          },
        }) as EventBus;
        return bind.call(bus, wrapper, ...rest);
      };
    }),
    wrapMethod(prototype, 'registerSaga', (register) => {
      return function (this: unknown, saga: Saga, ...rest: unknown[]) {
        if (typeof saga !== 'function') return register.call(this, saga, ...rest);
        const carried: Saga = (events) => saga(inContextOfPublisher(events));
        // The bus names the saga in its log lines.
        Object.defineProperty(carried, 'name', { value: saga.name });
        return register.call(this, carried, ...rest);
      };
    }),
  ];
  return () => {
    wanted = false;
    for (const step of undo) step();
  };
});

function remember(event: unknown): void {
  if (typeof event === 'object' && event !== null) publishedIn.set(event, context.active());
}

function contextOf(event: unknown): Context {
  const published = typeof event === 'object' && event !== null ? publishedIn.get(event) : undefined;
  return published ?? context.active();
}

function inContextOfPublisher(events: Observable<unknown>): Observable<unknown> {
  return new Observable((subscriber) =>
    events.subscribe({
      next: (event) => context.with(contextOf(event), () => subscriber.next(event)),
      error: (error: unknown) => subscriber.error(error),
      complete: () => subscriber.complete(),
    }),
  );
}
