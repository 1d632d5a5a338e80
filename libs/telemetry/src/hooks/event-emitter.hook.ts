import { context, createContextKey, SpanKind } from '@opentelemetry/api';
import { METRICS } from '../metrics/catalog.js';
import { eventName, listenerSpan, type Listener } from '../tracing/conventions/event-emitter.conventions.js';
import { noting, observeHandledWork, type NoteFailure } from './handled.work.js';
import type { Hook } from './hook.js';
import { installedBy, moduleClass, notImported, prototypeOf, unknownVersion } from './library.class.js';
import { sharedInstallationPer } from './shared.installation.js';
import type { Work } from './work.observation.js';
import { wrapMethod } from './wrapped.method.js';

type Call = (...args: unknown[]) => Promise<unknown>;
type Register = (event: unknown, listener: Call, options: unknown) => unknown;
type Methods = Record<string, (...args: unknown[]) => unknown>;

/** How the call of a listener finds out about an error that Nest suppresses. */
const NOTE_FAILURE = createContextKey('nest-telemetry: failure of an event listener');

/**
 * Calls of `@OnEvent` methods: each is a child of the span in which the event was emitted. Emitting makes no span, so
 * what nobody listens to costs nothing.
 */
export const eventEmitterHook: Hook = {
  name: 'event emitter',

  install({ options, modules }) {
    if (moduleClass(modules, 'EventEmitterModule') === undefined) return notImported('@nestjs/event-emitter');
    if (!options.traces.events.enabled) return { installed: false, reason: 'traces.events.enabled is false' };
    const loader = prototypeOf(
      modules,
      'EventSubscribersLoader',
      'subscribeToEventIfListener',
      'getRegisterListenerMethodBasedOn',
      'wrapFunctionInTryCatchBlocks',
    );
    if (loader === undefined) return unknownVersion('@nestjs/event-emitter');
    return installedBy(observeListeners(loader));
  },
};

const observeListeners = sharedInstallationPer((loader: object) => {
  let wanted = true;
  let subscribing: Listener | undefined;
  const observe = (listener: Call, work: Work): Call => {
    return (...args) => {
      if (!wanted) return listener(...args);
      return observeHandledWork(work, (failed) =>
        context.with(context.active().setValue(NOTE_FAILURE, failed), listener, undefined, ...args),
      );
    };
  };
  const undo = [
    wrapMethod(loader, 'subscribeToEventIfListener', (subscribe) => {
      return function (this: unknown, instance: object, method: string, ...rest: unknown[]) {
        subscribing = { provider: instance.constructor.name, method };
        try {
          return subscribe.call(this, instance, method, ...rest);
        } finally {
          subscribing = undefined;
        }
      };
    }),
    wrapMethod(loader, 'getRegisterListenerMethodBasedOn', (choose) => {
      return function (this: unknown, ...args: unknown[]) {
        const register = choose.apply(this, args) as Register;
        const method = subscribing;
        if (method === undefined) return register;
        const observed: Register = (event, listener, options) =>
          register(event, observe(listener, describe(event, method)), options);
        return observed;
      };
    }),
    wrapMethod(loader, 'wrapFunctionInTryCatchBlocks', (guard) => {
      return function (this: unknown, instance: Methods, method: string, ...rest: unknown[]) {
        const failed = context.active().getValue(NOTE_FAILURE) as NoteFailure | undefined;
        if (failed === undefined) return guard.call(this, instance, method, ...rest);
        // It calls the method and logs what that throws, so it is given one that tells us before.
        const call = noting((...args) => instance[method]?.(...args), failed);
        return guard.call(this, { [method]: call }, method, ...rest);
      };
    }),
  ];
  return () => {
    wanted = false;
    for (const step of undo) step();
  };
});

function describe(event: unknown, listener: Listener): Work {
  const { name, low, high } = listenerSpan(eventName(event), listener);
  return { name, kind: SpanKind.INTERNAL, low, high: () => high, duration: METRICS.eventListenerDuration };
}
