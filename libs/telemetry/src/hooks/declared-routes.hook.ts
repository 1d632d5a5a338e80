import { recordsAreTaken, sendEvent } from '../logging/api.output.js';
import { SeverityNumber } from '@opentelemetry/api';
import { canFindRoutes, declaredRoutes, findRoutes, routeCount } from './declared.routes.js';
import type { Hook } from './hook.js';

/** What receivers keep of one list. */
const MOST_ROUTES = 1000;

/**
 * Tells once which routes there are, when the application has started: only then can somebody who looks at requests say
 * which route is never asked for, and which guards stand before it.
 */
export const declaredRoutesHook: Hook = {
  name: 'declared routes',

  install({ options, modules, httpAdapter }) {
    if (!options.logs.routes || httpAdapter === undefined)
      return { installed: false, absent: true, reason: 'there is nobody to tell, or nothing' };
    if (!canFindRoutes())
      return { installed: false, reason: 'this version of @nestjs/core puts routes together elsewhere' };
    return {
      installed: true,
      uninstall: findRoutes(),
      isIdle: () => routeCount(modules) === 0,
      started: () => {
        if (routeCount(modules) === 0 || !recordsAreTaken(SeverityNumber.INFO)) return;
        const routes = declaredRoutes(modules).slice(0, MOST_ROUTES);
        sendEvent({ name: 'nestjs.app.routes', body: { routes } });
      },
    };
  },
};
