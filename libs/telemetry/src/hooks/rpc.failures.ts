import { GuardsConsumer } from '@nestjs/core/guards/guards-consumer.js';
import { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
import { isObservable, tap } from 'rxjs';
import { sharedInstallation } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

/** What is learnt about the handling of a message on its way through Nest. */
export interface HandledMessage {
  /** Called with the class and the method that handle it. */
  handledBy(controller: string, method: string): void;
  /** Called with every error that leaves the guards, or the interceptors and what is inside of them. */
  failed(error: unknown): void;
}

/** By Nest's context object of the message, which all of them are given. */
const messages = new WeakMap<object, HandledMessage>();

/** Follows a message, by the context object that is handed to its handler. */
export function followMessage(context: object, message: HandledMessage): void {
  messages.set(context, message);
}

/**
 * What a handler throws is turned into an answer by an exception filter, which tells nothing but `Internal server error` of
 * most errors. So errors are taken where they come out of guards and interceptors, which belong to Nest's core.
 */
export const watchFailures = sharedInstallation(() => {
  const restores = [
    wrapMethod(InterceptorsConsumer.prototype, 'intercept', (intercept) => {
      return function (this: InterceptorsConsumer, ...args: unknown[]): unknown {
        const result: unknown = intercept.apply(this, args);
        const message = messageOf(args);
        if (message === undefined) return result;
        const [, , instance, callback] = args as [unknown, unknown, object, { readonly name: string }];
        message.handledBy(instance.constructor.name, callback.name);
        return watched(result as Promise<unknown>, message);
      };
    }),
    wrapMethod(GuardsConsumer.prototype, 'tryActivate', (tryActivate) => {
      return function (this: GuardsConsumer, ...args: unknown[]): unknown {
        const result: unknown = tryActivate.apply(this, args);
        const message = messageOf(args);
        return message === undefined ? result : watched(result as Promise<unknown>, message);
      };
    }),
  ];
  return () => {
    for (const restore of restores) restore();
  };
});

/** The arguments of the handler are the second argument of both, the type of the context the last. */
function messageOf(args: readonly unknown[]): HandledMessage | undefined {
  if (args.at(-1) !== 'rpc') return undefined;
  const context = (args[1] as unknown[] | undefined)?.[1];
  return typeof context === 'object' && context !== null ? messages.get(context) : undefined;
}

async function watched(result: Promise<unknown>, message: HandledMessage): Promise<unknown> {
  try {
    const value = await result;
    if (!isObservable(value)) return value;
    return value.pipe(tap({ error: (error: unknown) => message.failed(error) }));
  } catch (error) {
    message.failed(error);
    throw error;
  }
}
