import 'reflect-metadata';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/internal';
import type { ApplicationConfig } from '@nestjs/core';

/** Names of the classes around a handler: those of the application, then the controller's, then the method's. */
export interface EnhancerNames {
  readonly guards: readonly string[];
  readonly interceptors: readonly string[];
  /** Also those of single parameters. */
  readonly pipes: readonly string[];
  readonly filters: readonly string[];
}

/** A handler as Nest's decorators describe it. */
export interface Handler {
  readonly controller: object;
  readonly method: string;
  readonly callback: object;
}

/** What Nest will put around a handler, read from where its decorators and `app.useGlobal…()` leave it. */
export function enhancerNames(handler: Handler, config: ApplicationConfig): EnhancerNames {
  const bound = (key: string): unknown[] => [
    ...metadata(key, handler.controller),
    ...metadata(key, handler.callback),
  ];
  return {
    guards: names(...config.getGlobalGuards(), ...config.getGlobalRequestGuards(), ...bound(GUARDS_METADATA)),
    interceptors: names(
      ...config.getGlobalInterceptors(),
      ...config.getGlobalRequestInterceptors(),
      ...bound(INTERCEPTORS_METADATA),
    ),
    pipes: names(
      ...config.getGlobalPipes(),
      ...config.getGlobalRequestPipes(),
      ...bound(PIPES_METADATA),
      ...parameterPipes(handler),
    ),
    filters: names(
      ...config.getGlobalFilters(),
      ...config.getGlobalRequestFilters(),
      ...bound(EXCEPTION_FILTERS_METADATA),
    ),
  };
}

function metadata(key: string, target: object): unknown[] {
  const found: unknown = Reflect.getMetadata(key, target);
  return Array.isArray(found) ? found : [];
}

function parameterPipes({ controller, method }: Handler): unknown[] {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method);
  if (typeof parameters !== 'object' || parameters === null) return [];
  return Object.values(parameters as Record<string, { readonly pipes?: readonly unknown[] } | undefined>)
    .flatMap((parameter) => parameter?.pipes ?? [])
    .toReversed();
}

function names(...enhancers: readonly unknown[]): string[] {
  return enhancers.map(nameOf);
}

/** Of a class, of an instance, or of the wrapper Nest keeps for one that is made for every request. */
function nameOf(enhancer: unknown): string {
  if (typeof enhancer === 'function') return enhancer.name || 'anonymous';
  const { metatype, constructor } = enhancer as {
    readonly metatype?: { readonly name?: string } | null;
    readonly constructor?: { readonly name?: string };
  };
  return metatype?.name || constructor?.name || 'anonymous';
}
