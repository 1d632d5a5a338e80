import { SpanKind } from '@opentelemetry/api';
import { METRICS } from '../metrics/catalog.js';
import { messageSpan, type CqrsType } from '../tracing/conventions/cqrs.conventions.js';
import { observeEvents } from './cqrs.events.js';
import { classOfHandler, type HandlerWrapper } from './cqrs.handler.js';
import type { Hook } from './hook.js';
import { installedBy, moduleClass, notImported, prototypeOf, unknownVersion } from './library.class.js';
import { sharedInstallationPer } from './shared.installation.js';
import { observeWork } from './work.observation.js';
import { wrapMethod } from './wrapped.method.js';

/** What the command bus and the query bus have in common. */
interface Bus {
  readonly handlers?: ReadonlyMap<unknown, object>;
  getCommandId?(command: unknown): unknown;
  getQueryId?(query: unknown): unknown;
}

/** Commands and queries that are executed, and handlers of events. */
export const cqrsHook: Hook = {
  name: 'cqrs',

  install({ options, modules }) {
    if (moduleClass(modules, 'CqrsModule') === undefined) return notImported('@nestjs/cqrs');
    if (!options.traces.cqrs.enabled) return { installed: false, reason: 'traces.cqrs.enabled is false' };
    const commands = prototypeOf(modules, 'CommandBus', 'bind', 'execute');
    const queries = prototypeOf(modules, 'QueryBus', 'bind', 'execute');
    const events = prototypeOf(modules, 'EventBus', 'publish', 'publishAll', 'bind', 'registerSaga');
    if (commands === undefined || queries === undefined || events === undefined) {
      return unknownVersion('@nestjs/cqrs');
    }
    return installedBy(observeCommands(commands), observeQueries(queries), observeEvents(events));
  },
};

const observeCommands = sharedInstallationPer((bus: object) => observeBus(bus, 'command'));
const observeQueries = sharedInstallationPer((bus: object) => observeBus(bus, 'query'));

/** Handlers were given to the buses as functions; here is whose they are. */
const handlerClasses = new WeakMap<object, string>();

function observeBus(prototype: object, type: CqrsType): () => void {
  const undo = [
    wrapMethod(prototype, 'bind', (bind) => {
      return function (this: Bus, handler: HandlerWrapper, id: unknown) {
        bind.call(this, handler, id);
        const bound = this.handlers?.get(id);
        if (bound !== undefined) handlerClasses.set(bound, classOfHandler(handler));
      };
    }),
    wrapMethod(prototype, 'execute', (execute) => {
      return function (this: Bus, message: unknown, ...rest: unknown[]) {
        const { name, low } = messageSpan(type, message, handlerOf(this, message));
        return observeWork(
          { name, kind: SpanKind.INTERNAL, low, duration: METRICS.cqrsHandlerDuration },
          () => execute.call(this, message, ...rest),
        );
      };
    }),
  ];
  return () => {
    for (const step of undo) step();
  };
}

function handlerOf(bus: Bus, message: unknown): string | undefined {
  try {
    const id = bus.getCommandId?.(message) ?? bus.getQueryId?.(message);
    const bound = bus.handlers?.get(id);
    return bound && handlerClasses.get(bound);
  } catch {
    // There is no handler, which is what the bus is about to say itself.
    return undefined;
  }
}
