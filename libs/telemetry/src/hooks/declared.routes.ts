import { RequestMethod } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { RoutePathFactory } from '@nestjs/core/router/route-path-factory.js';
import { RouterExplorer } from '@nestjs/core/router/router-explorer.js';
import { guarded } from '../telemetry.warnings.js';
import { enhancerNames, type EnhancerNames, type Handler } from './enhancer.names.js';
import { isForTheLog } from './http-routes.hook.js';
import { sharedInstallation } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

/** A route as it is told. */
export interface DeclaredRoute extends EnhancerNames {
  readonly method: string;
  /** The template, with global prefix and version: what spans call `http.route`. */
  readonly route: string;
  readonly controller: string;
  readonly handler: string;
}

/** A route while the application is starting, when global guards and the like may still be added. */
interface FoundRoute extends Handler {
  readonly verb: RequestMethod;
  readonly route: string;
  readonly config: ApplicationConfig;
}

interface CurrentHandler {
  readonly handler: Handler;
  readonly modules: ModulesContainer;
}

type Create = RoutePathFactory['create'];

/** What is used of Nest's own class, whose type keeps it to itself. */
interface Explorer {
  readonly container: { getModules(): ModulesContainer };
}
type ApplyArguments = readonly [
  router: unknown,
  definition: { readonly targetCallback: object; readonly methodName: string },
  wrapper: { readonly metatype: object },
];

const APPLY = 'applyCallbackToRouter';

const found = new WeakMap<ModulesContainer, FoundRoute[]>();
/** The handler whose paths Nest makes at this moment; it does so at one go. */
let current: CurrentHandler | undefined;

/** Whether this version of Nest puts routes together where we look. */
export function canFindRoutes(): boolean {
  return (
    typeof (RouterExplorer.prototype as unknown as Record<string, unknown>)[APPLY] === 'function' &&
    typeof RoutePathFactory.prototype.create === 'function'
  );
}

/** Keeps the routes of every application that is started from now on. */
export const findRoutes = sharedInstallation(() => {
  const forgetHandlers = wrapMethod(RouterExplorer.prototype, APPLY, (apply) => {
    return function (this: Explorer, ...args: unknown[]): unknown {
      const outer = current;
      current = guarded(
        'The routes of Nest',
        () => handlerOf(this, args as unknown as ApplyArguments),
        undefined,
      );
      try {
        return apply.apply(this, args);
      } finally {
        current = outer;
      }
    };
  });
  const forgetPaths = wrapMethod(RoutePathFactory.prototype, 'create', (create) => {
    return function (this: RoutePathFactory, ...args: Parameters<Create>): ReturnType<Create> {
      const templates = create.apply(this, args) as ReturnType<Create>;
      const handler = current;
      if (handler !== undefined)
        guarded(
          'The routes of Nest',
          () => isForTheLog(this, ...args) || keep(handler, this, args[1], templates),
          undefined,
        );
      return templates;
    };
  });
  return () => {
    forgetPaths();
    forgetHandlers();
  };
});

function handlerOf(
  { container }: Explorer,
  [, { targetCallback, methodName }, { metatype }]: ApplyArguments,
): CurrentHandler {
  return {
    handler: { controller: metatype, method: methodName, callback: targetCallback },
    modules: container.getModules(),
  };
}

function keep(
  { handler, modules }: CurrentHandler,
  factory: RoutePathFactory,
  verb: RequestMethod | undefined,
  templates: readonly string[],
): void {
  const { applicationConfig: config } = factory as unknown as { applicationConfig?: ApplicationConfig };
  if (config === undefined || verb === undefined) return;
  const routes = found.get(modules) ?? [];
  found.set(modules, routes);
  for (const route of templates) routes.push({ ...handler, verb, route, config });
}

/** How many routes an application has, as far as it has come. */
export function routeCount(modules: ModulesContainer): number {
  return found.get(modules)?.length ?? 0;
}

/** The routes of an application that has started, in the order in which they were declared. */
export function declaredRoutes(modules: ModulesContainer): DeclaredRoute[] {
  const routes = found.get(modules) ?? [];
  return routes.flatMap(({ verb, route, config, ...handler }) =>
    guarded<DeclaredRoute[]>(
      `The metadata of ${handler.method}`,
      () => [
        {
          method: RequestMethod[verb],
          route,
          controller: (handler.controller as { readonly name?: string }).name ?? '',
          handler: handler.method,
          ...enhancerNames(handler, config),
        },
      ],
      [],
    ),
  );
}
