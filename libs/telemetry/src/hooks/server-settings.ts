import type { ResolvedHttpOptions, ResolvedOptions } from '../config/resolved-options.js';
import { knownHttpMethods } from '../tracing/conventions/http.conventions.js';

/** A header to record, and the attribute it becomes. */
export interface CapturedHeader {
  readonly header: string;
  readonly attribute: string;
}

/** What every request of one application needs, worked out once. */
export interface ServerSettings {
  readonly http: ResolvedHttpOptions;
  readonly knownMethods: ReadonlySet<string>;
  readonly requestHeaders: readonly CapturedHeader[];
  readonly responseHeaders: readonly CapturedHeader[];
  /** A sampler of the user may decide by any attribute; ours looks at none, and attributes set later cost half. */
  readonly samplerReadsAttributes: boolean;
  /** Whether a request continues the trace it comes with. */
  readonly inbound: ResolvedOptions['propagation']['inbound'];
}

export function serverSettings(
  { traces, propagation }: ResolvedOptions,
  env: NodeJS.ProcessEnv,
): ServerSettings {
  const { http, sampler } = traces;
  return {
    http,
    knownMethods: knownHttpMethods(env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS']),
    requestHeaders: captured(http.captureRequestHeaders, 'http.request.header.'),
    responseHeaders: captured(http.captureResponseHeaders, 'http.response.header.'),
    samplerReadsAttributes: sampler !== undefined,
    inbound: propagation.inbound,
  };
}

function captured(names: readonly string[], prefix: string): CapturedHeader[] {
  return names.map((name) => {
    const header = name.toLowerCase();
    return { header, attribute: prefix + header };
  });
}
