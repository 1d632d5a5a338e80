import { GuardsConsumer } from '@nestjs/core/guards/guards-consumer.js';
import { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
import { isObservable, tap } from 'rxjs';
import { sharedInstallation } from './shared.installation.js';
import { activeWebsocketWork, type WebsocketWork } from './websocket.work.js';
import { wrapMethod } from './wrapped.method.js';

type Intercept = InterceptorsConsumer['intercept'];
type TryActivate = GuardsConsumer['tryActivate'];

/**
 * Errors of message handlers before the filters answer them: those of guards, of interceptors, pipes and the handler
 * itself. And which method of which gateway it is.
 */
export const watchMessageHandlers = sharedInstallation(() => {
  const restores = [
    wrapMethod(GuardsConsumer.prototype, 'tryActivate', (tryActivate) => {
      return function (this: GuardsConsumer, ...args: Parameters<TryActivate>): ReturnType<TryActivate> {
        const activated = tryActivate.apply(this, args) as ReturnType<TryActivate>;
        const [, , instance, callback, type] = args;
        const work = type === 'ws' ? activeWebsocketWork() : undefined;
        if (work === undefined) return activated;
        work.handledBy(instance.constructor.name, callback.name);
        return guardWatched(activated, work);
      };
    }),
    wrapMethod(InterceptorsConsumer.prototype, 'intercept', (intercept) => {
      return function (this: InterceptorsConsumer, ...args: Parameters<Intercept>): ReturnType<Intercept> {
        const result = intercept.apply(this, args) as ReturnType<Intercept>;
        const [, , instance, callback, , type] = args;
        const work = type === 'ws' ? activeWebsocketWork() : undefined;
        if (work === undefined) return result;
        work.handledBy(instance.constructor.name, callback.name);
        return answerWatched(result, work);
      };
    }),
  ];
  return () => {
    for (const restore of restores) restore();
  };
});

async function guardWatched(activated: Promise<boolean>, work: WebsocketWork): Promise<boolean> {
  const isAllowed = await failureWatched(activated, work);
  if (!isAllowed) work.failed(refusal());
  return isAllowed;
}

async function answerWatched(result: Promise<unknown>, work: WebsocketWork): Promise<unknown> {
  const answer = await failureWatched(result, work);
  if (!isObservable(answer)) return answer;
  return answer.pipe(tap({ error: (error: unknown) => work.failed(error) }));
}

async function failureWatched<T>(promise: Promise<T>, work: WebsocketWork): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    work.failed(error);
    throw error;
  }
}

/** What Nest is about to throw for a guard that said no. Its class belongs to an optional peer. */
function refusal(): Error {
  const message = 'Forbidden resource';
  const error = Object.assign(new Error(message), { name: 'WsException', getError: () => message });
  // It would lead here, and the one of Nest says no more.
  delete error.stack;
  return error;
}
