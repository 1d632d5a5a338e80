import type { RouteStats } from '../../../../src/api/api.types.ts';
import { condition, tracesHref } from '../../parts/trace.links.ts';

/**
 * The traces in which a route was called: by its service's own span rather than by the route of the trace, so that the
 * calls of other services are among them.
 */
export function routeTracesHref({ service, method, route }: RouteStats): string {
  const terms = ['kind=server', condition('service', service)];
  if (method !== '') terms.push(condition('http.request.method', method));
  if (route === null)
    return tracesHref({ service, q: [...terms, 'http.response.status_code=404'].join(' ') });
  return tracesHref({ service, q: [...terms, condition('http.route', route)].join(' ') });
}
