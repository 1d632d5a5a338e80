import type { ApplicationConfig } from '@nestjs/core';
import { RoutePathFactory } from '@nestjs/core/router/route-path-factory.js';
import { METRICS } from '../metrics/catalog.js';
import { reserveFor } from '../metrics/instruments.js';
import { HTTP_ROUTE } from '../semconv.js';
import type { Hook } from './hook.js';
import { sharedInstallation } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

type Create = RoutePathFactory['create'];

const ROWS = [
  METRICS.httpServerRequestDuration,
  METRICS.httpServerRequestBodySize,
  METRICS.httpServerResponseBodySize,
] as const;

/**
 * Keeps room in the metrics for every declared route: a stranger who asks for thousands of things cannot fill them before
 * the first request to a route that is seldom used. Methods and codes are few, so that the template is enough.
 */
export const httpRoutesHook: Hook = {
  name: 'http routes',

  install({ httpAdapter }) {
    if (httpAdapter === undefined) return { installed: false, reason: 'the application has no HTTP adapter' };
    if (typeof RoutePathFactory.prototype.create !== 'function') {
      return { installed: false, reason: 'this version of @nestjs/core makes route templates elsewhere' };
    }
    return { installed: true, uninstall: watchTemplates() };
  },
};

const watchTemplates = sharedInstallation(() =>
  wrapMethod(RoutePathFactory.prototype, 'create', (create) => {
    return function (this: RoutePathFactory, ...args: Parameters<Create>): ReturnType<Create> {
      const templates = create.apply(this, args) as ReturnType<Create>;
      if (!isForTheLog(this, ...args)) for (const template of templates) reserve(template);
      return templates;
    };
  }),
);

/** Nest makes each template a second time to write it to the log, then without the version that is in the URL. */
export function isForTheLog(
  factory: RoutePathFactory,
  ...[{ versioningOptions }]: Parameters<Create>
): boolean {
  const { applicationConfig } = factory as unknown as { applicationConfig?: ApplicationConfig };
  return versioningOptions === undefined && applicationConfig?.getVersioning() !== undefined;
}

function reserve(template: string): void {
  for (const row of ROWS) reserveFor(row, { [HTTP_ROUTE]: template });
}
