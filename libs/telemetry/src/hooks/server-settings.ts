import { propagation } from '@opentelemetry/api';
import type { IncomingHttpHeaders } from 'node:http';
import type { ResolvedHttpOptions, ResolvedOptions } from '../config/resolved-options.js';
import type { TelemetryLogger } from '../logging/telemetry.logger.js';
import type { HttpRequestInfo } from '../telemetry.options.js';
import { knownHttpMethods } from '../tracing/conventions/http.conventions.js';
import { forceCheck } from './sampling.headers.js';
import { ServerVocabulary } from './server.vocabulary.js';

/** A header to record, and the attribute it becomes. */
export interface CapturedHeader {
  readonly header: string;
  readonly attribute: string;
}

/** What is needed for wide events. */
export interface WideEventSettings {
  readonly wants: (request: HttpRequestInfo) => boolean;
  readonly logger: TelemetryLogger;
}

/** What every request of one application needs, worked out once. */
export interface ServerSettings {
  readonly http: ResolvedHttpOptions;
  readonly vocabulary: ServerVocabulary;
  readonly requestHeaders: readonly CapturedHeader[];
  readonly responseHeaders: readonly CapturedHeader[];
  /** Rules and a sampler of the user may decide by any attribute; otherwise none is looked at, and attributes set later cost half. */
  readonly samplerReadsAttributes: boolean;
  /** Whether a request continues the trace it comes with. */
  readonly inbound: ResolvedOptions['propagation']['inbound'];
  /** Whether a request has to be recorded; absent if none can ask for it. */
  readonly isForcedBy: ((headers: IncomingHttpHeaders) => boolean) | undefined;
  /** Which requests get a wide event, and where it is written; absent while none does. */
  readonly wideEvents: WideEventSettings | undefined;
  /** Whether there is any context to read in the headers of a request. */
  readonly carriesContext: (headers: IncomingHttpHeaders) => boolean;
}

export function serverSettings(
  { traces, logs, propagation: { inbound } }: ResolvedOptions,
  env: NodeJS.ProcessEnv,
  logger: TelemetryLogger,
): ServerSettings {
  const { http, choices } = traces;
  return {
    http,
    vocabulary: new ServerVocabulary(knownHttpMethods(env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'])),
    requestHeaders: captured(http.captureRequestHeaders, 'http.request.header.'),
    responseHeaders: captured(http.captureResponseHeaders, 'http.response.header.'),
    samplerReadsAttributes: choices.readsAttributes,
    inbound,
    isForcedBy: forceCheck(choices.force),
    wideEvents: logs.wideEvents && { wants: logs.wideEvents, logger },
    carriesContext: hasOnlyW3cPropagators()
      ? (headers) => headers['traceparent'] !== undefined || headers['baggage'] !== undefined
      : () => true,
  };
}

const W3C_FIELDS: readonly string[] = ['traceparent', 'tracestate', 'baggage'];

/** The W3C headers can be looked for at once; what other propagators read only they know. */
function hasOnlyW3cPropagators(): boolean {
  return propagation.fields().every((field) => W3C_FIELDS.includes(field));
}

function captured(names: readonly string[], prefix: string): CapturedHeader[] {
  return names.map((name) => {
    const header = name.toLowerCase();
    return { header, attribute: prefix + header };
  });
}
