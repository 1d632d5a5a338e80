import { context, type Context, type Span } from '@opentelemetry/api';
import { WIDE_EVENT_CONTEXT_KEY } from '../nestjs-otel.js';
import type { TelemetryLogger } from '../logging/telemetry.logger.js';
import { HTTP_REQUEST_METHOD, HTTP_ROUTE, NESTJS_RESPONSE_ABORTED, URL_PATH } from '../semconv.js';
import { guarded } from '../telemetry.warnings.js';
import type { IncomingRequest } from './incoming-request.js';

const EVENT_NAME = 'http.server.request';
const DURATION = 'http.server.request.duration';
/** What the interceptor of nestjs-otel puts on the span beside the fields it collected. */
const WIDE_EVENT_MARK = 'nestjs_otel.wide_event';

/** How a request ended. */
export interface RequestEnd {
  /** Status code and error type, by their names in the conventions. */
  readonly outcome: Readonly<Record<string, unknown>>;
  readonly seconds: number;
  readonly statusCode: number;
  readonly isAborted: boolean;
  /** What went wrong, if it was no fault of the caller. */
  readonly error: unknown;
  readonly isError: boolean;
}

/**
 * All that is known of one request, in one line (a canonical log line). Everything that is done for the request may add
 * fields with `WideEventService` and `@WideEventField` of nestjs-otel, also middleware, guards and filters, which its own
 * interceptor does not reach.
 */
export class WideEvent {
  readonly #fields = new Map<string, unknown>();

  constructor(private readonly logger: TelemetryLogger) {}

  /** The context in which `WideEventService` finds this event. */
  within(parent: Context): Context {
    return parent.setValue(WIDE_EVENT_CONTEXT_KEY, this.#fields);
  }

  /** Adds fields; those that were there stay. */
  add(fields: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(fields)) {
      if (!this.#fields.has(name)) this.#fields.set(name, value);
    }
  }

  /** Writes the line, in the context of its request. Never throws. */
  write(request: IncomingRequest, span: Span, requestContext: Context, end: RequestEnd): void {
    guarded('A wide event', () => this.#write(request, span, requestContext, end), undefined);
  }

  #write(request: IncomingRequest, span: Span, requestContext: Context, end: RequestEnd): void {
    const { method, route, path } = request;
    this.add(intercepted(span));
    const attributes = {
      [HTTP_REQUEST_METHOD]: method,
      ...(route !== undefined && { [HTTP_ROUTE]: route }),
      [URL_PATH]: path,
      ...end.outcome,
      [DURATION]: end.seconds,
      ...(end.isAborted && { [NESTJS_RESPONSE_ABORTED]: true }),
      ...Object.fromEntries(this.#fields),
    };
    const millis = Math.round(end.seconds * 1000);
    context.with(requestContext, () =>
      this.logger.event(EVENT_NAME, attributes, {
        level: end.isError ? 'error' : 'log',
        context: 'Request',
        message: `${method} ${route ?? path} ${end.isAborted ? 'aborted' : end.statusCode} ${millis}ms`,
        ...(end.isError && { error: end.error }),
      }),
    );
  }
}

/** The interceptor of nestjs-otel, if it is used as well, collects fields of its own, and leaves them on the span. */
function intercepted(span: Span): Readonly<Record<string, unknown>> {
  const { attributes } = span as { attributes?: Readonly<Record<string, unknown>> };
  if (attributes?.[WIDE_EVENT_MARK] !== true) return {};
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== WIDE_EVENT_MARK));
}
