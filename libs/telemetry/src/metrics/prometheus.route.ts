import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { TelemetryError } from '../telemetry.errors.js';
import { warn } from '../telemetry.warnings.js';
import { bytesOf } from './exposition/page.body.js';
import { pageRequestOf, streamOf, type PrometheusScrape } from './prometheus.scrape.js';

/** What is asked of the framework below the adapter; Express has a router, Fastify the rest. */
interface Framework {
  readonly router?: { readonly stack?: readonly { readonly route?: { readonly path?: unknown } }[] };
  hasRoute?(route: { method: string; url: string }): boolean;
  addHook?(name: 'onRoute', hook: (route: { url: string; method: string | string[] }) => void): unknown;
}

/** What both frameworks' requests have of Node's. */
type Request = Pick<IncomingMessage, 'headers'>;

/** Puts the page on the adapter itself, where nothing that Nest adds to its own routes applies. */
export function mountPrometheusRoute(
  adapter: AbstractHttpAdapter,
  path: string,
  scrape: PrometheusScrape,
): void {
  const framework = adapter.getInstance<Framework>();
  let checked = false;
  const respond = async (request: Request, response: ServerResponse): Promise<void> => {
    if (!checked) warnIfHiding(framework, path);
    checked = true;
    const { status, headers, body } = await scrape.answer(pageRequestOf(request));
    for (const [name, value] of Object.entries(headers)) adapter.setHeader(response, name, value);
    adapter.setHeader(response, 'cache-control', 'no-store');
    adapter.setHeader(response, 'content-length', String(bytesOf(body)));
    adapter.status(response, status);
    // Fastify keeps headers apart from the response until it replies; Express' adapter would make JSON of bytes.
    if (adapter.getType() === 'fastify') await adapter.reply(response, streamOf(body));
    else streamOf(body).pipe(response);
  };
  adapter.get(path, respond);
  // Both frameworks answer HEAD by the GET route, but Fastify can be told not to.
  if (framework.hasRoute?.({ method: 'HEAD', url: path }) === false) adapter.head(path, respond);
  refuseSecondRoute(framework, path);
}

/** Express tries routes in order: one of the application's on the same path is never reached. */
function warnIfHiding({ router }: Framework, path: string): void {
  const routes = router?.stack?.filter(({ route }) => route?.path === path) ?? [];
  if (routes.length > 1) warn('NT_METRICS_PATH_TAKEN', { path });
}

/** Fastify refuses a second route anyway, but with a message that blames the application's. */
function refuseSecondRoute(framework: Framework, path: string): void {
  framework.addHook?.('onRoute', ({ url, method }) => {
    if (url === path && [method].flat().includes('GET'))
      throw new TelemetryError('NT_METRICS_PATH_TAKEN', { path });
  });
}
