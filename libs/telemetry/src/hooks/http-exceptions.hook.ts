import type { ArgumentsHost } from '@nestjs/common';
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js';
import { RouterResponseController } from '@nestjs/core/router/router-response-controller.js';
import { isObservable, tap } from 'rxjs';
import type { Hook } from './hook.js';
import { observationOf, type ServerObservation } from './server-observation.js';
import { sharedInstallation } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

/**
 * Exceptions on the way to the filters. Guards, pipes, interceptors, handlers, middleware, body parsers and errors
 * passed to Express or Fastify all end up in `ExceptionsHandler.next`, and so does what a filter throws, on its second
 * round. Not here: errors an interceptor turned into a result, filters that reject (Nest leaves those unhandled), and
 * errors of an event stream after its first event, which are taken from the stream itself.
 */
export const httpExceptionsHook: Hook = {
  name: 'http exceptions',

  install({ httpAdapter }) {
    if (httpAdapter === undefined) return { installed: false, reason: 'the application has no HTTP adapter' };
    if (typeof ExceptionsHandler.prototype.next !== 'function') {
      return { installed: false, reason: 'this version of @nestjs/core handles exceptions elsewhere' };
    }
    return { installed: true, uninstall: installWrappers() };
  },
};

const installWrappers = sharedInstallation(() => {
  const restores = [wrapExceptions(), wrapEventStreams()];
  return () => {
    for (const restore of restores) restore();
  };
});

function wrapExceptions(): () => void {
  return wrapMethod(ExceptionsHandler.prototype, 'next', (next) => {
    return function (this: ExceptionsHandler, exception: Error, host: ArgumentsHost): void {
      observationOf(host.getArgByIndex(0))?.failed(exception);
      next.call(this, exception, host);
    };
  });
}

type Sse = RouterResponseController['sse'];

function wrapEventStreams(): () => void {
  if (typeof RouterResponseController.prototype.sse !== 'function') return () => undefined;
  return wrapMethod(RouterResponseController.prototype, 'sse', (sse) => {
    return function (
      this: RouterResponseController,
      ...[result, response, request, options]: Parameters<Sse>
    ) {
      const observation = observationOf(request);
      const watched = observation ? watchEvents(result, observation) : result;
      return sse.call(this, watched as typeof result, response, request, options);
    };
  });
}

async function watchEvents(result: unknown, observation: ServerObservation): Promise<unknown> {
  const events = await result;
  if (!isObservable(events)) return events;
  return events.pipe(tap({ error: (error: unknown) => observation.failed(error) }));
}
