import { RouterExecutionContext } from '@nestjs/core/router/router-execution-context.js';
import type { Hook } from './hook.js';
import { handlerAttributes } from '../tracing/conventions/handler.conventions.js';
import { observationOf } from './server-observation.js';
import { sharedInstallation } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

type Create = RouterExecutionContext['create'];

/**
 * Which controller method serves a request. An interceptor could tell as well, but the first interceptor of a route
 * makes Nest build Observables for it, which costs more than the span does, and a guard that refuses comes before it.
 */
export const httpHandlerHook: Hook = {
  name: 'http handlers',

  install({ httpAdapter }) {
    if (httpAdapter === undefined) return { installed: false, reason: 'the application has no HTTP adapter' };
    if (typeof RouterExecutionContext.prototype.create !== 'function') {
      return { installed: false, reason: 'this version of @nestjs/core makes route handlers elsewhere' };
    }
    return { installed: true, uninstall: wrapHandlers() };
  },
};

const wrapHandlers = sharedInstallation(() =>
  wrapMethod(RouterExecutionContext.prototype, 'create', (create) => {
    return function (this: RouterExecutionContext, ...args: Parameters<Create>): ReturnType<Create> {
      const handler = create.apply(this, args) as ReturnType<Create>;
      const [instance, , method] = args;
      const attributes = handlerAttributes(instance.constructor.name, method);
      return (request, response, next) => {
        observationOf(request)?.handledBy(attributes);
        return handler(request, response, next);
      };
    };
  }),
);
