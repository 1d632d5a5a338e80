import { NotFoundException } from '@nestjs/common';
import {
  context,
  INVALID_TRACEID,
  SpanKind,
  SpanStatusCode,
  type Attributes,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';
import { WIDE_EVENT_ROOT_SPAN } from '../nestjs-otel.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BoundCounter } from '../metrics/bound.instruments.js';
import { keepExchange } from '../propagation/keep.exchange.js';
import { forced } from '../sampling.context.js';
import { ERROR_TYPE, NESTJS_RESPONSE_ABORTED, SAMPLING_REASON } from '../semconv.js';
import { guarded, reasonOf, warn } from '../telemetry.warnings.js';
import {
  httpServerHigh,
  httpServerSpanName,
  httpServerTarget,
} from '../tracing/conventions/http.conventions.js';
import { errorType } from '../tracing/error-recording.js';
import { currentTracer } from '../tracing/tracer.js';
import { requestBodySize, responseBodySize } from './body.sizes.js';
import { connectionAttributes } from './connection.attributes.js';
import { recordRequestError } from './request-error.js';
import { rawRequestOf, type IncomingRequest } from './incoming-request.js';
import { OBSERVATION_KEY, RequestContext } from './request.context.js';
import { afterKeepHeader, answerKeepHeader, keepHeaderOf } from './sampling.headers.js';
import { serverParent } from './server-parent.js';
import type { ServerSettings } from './server-settings.js';
import { WideEvent } from './wide.event.js';

const OBSERVATION = Symbol('nest-telemetry.server-observation');

interface Observed {
  /** Null for requests that are not observed. */
  [OBSERVATION]?: ServerObservation | null;
  /** Where the wide events of nestjs-otel look for the span to write to. */
  [WIDE_EVENT_ROOT_SPAN]?: Span;
}

/** The observation of the request that is being served in this context. */
export function activeObservation(): ServerObservation | undefined {
  return context.active().getValue(OBSERVATION_KEY) as ServerObservation | undefined;
}

/** The observation of a framework's or Node's request, or null when it is deliberately not observed. */
export function observationOf(request: unknown): ServerObservation | null | undefined {
  if (typeof request !== 'object' || request === null) return undefined;
  return (rawRequestOf(request) as Observed)[OBSERVATION];
}

/** Remembers that a request was seen and is not observed. */
export function leaveUnobserved(request: IncomingMessage): void {
  (request as Observed)[OBSERVATION] = null;
}

/** What is used of Fastify's reply. */
export interface FastifyReply {
  readonly raw: ServerResponse;
  header(name: string, value: string): unknown;
  getHeader(name: string): ReturnType<ServerResponse['getHeader']>;
}

/** One request from arrival to the end of its response: the only place that writes to its server span. */
export class ServerObservation {
  readonly context: Context;

  readonly #span: Span;
  readonly #owned: boolean;
  /** Another library records `http.server.request.duration` for this request. */
  readonly #measuredElsewhere: boolean;
  readonly #low: Attributes;
  readonly #active: BoundCounter;
  readonly #startTime = performance.now();
  #failed = false;
  #error: unknown;
  #errorType: string | undefined;
  #unmatched = false;
  #ended = false;
  #beforeEnd: (() => void)[] | undefined;
  readonly #wideEvent: WideEvent | undefined;

  constructor(
    private readonly request: IncomingRequest,
    private readonly response: ServerResponse,
    private readonly raw: IncomingMessage,
    /** Where headers are put and found: what a framework keeps Node is slow to merge with its own. */
    private readonly headers: ServerResponse | FastifyReply,
    private readonly settings: ServerSettings,
  ) {
    const { vocabulary, inbound, carriesContext, isForcedBy } = settings;
    const policy = inbound(request);
    const { adopted, parent: arrived, links } = serverParent(raw, policy, carriesContext);
    const keepHeader = policy === 'continue' ? keepHeaderOf(raw.headers) : undefined;
    const isForced = isForcedBy !== undefined && isForcedBy(raw.headers);
    const known = keepHeader === undefined ? arrived : afterKeepHeader(arrived, keepHeader);
    const parent = isForced ? forced(known) : known;
    this.#low = vocabulary.low(request);
    this.#owned = adopted === undefined;
    this.#measuredElsewhere = adopted !== undefined && getRPCMetadata(parent)?.type === RPCType.HTTP;
    this.#span = adopted ?? this.#start(parent, links);
    if (isForced) this.#span.setAttribute(SAMPLING_REASON, 'forced');
    if (keepHeader !== undefined) answerKeepHeader(response, this.#span);
    this.context = new RequestContext(parent, this.#span, this);
    const { wideEvents } = settings;
    if (wideEvents?.wants(request) === true) this.#wideEvent = new WideEvent(wideEvents.logger);
    this.context = new RequestContext(this.#wideEvent?.within(parent) ?? parent, this.#span, this);
    const observed = raw as Observed;
    observed[OBSERVATION] = this;
    observed[WIDE_EVENT_ROOT_SPAN] = this.#span;
    const { requestHeaders } = settings;
    if (requestHeaders.length > 0 && this.#span.isRecording()) {
      this.#capture(requestHeaders, (name) => raw.headers[name]);
    }
    this.#sendTraceId();
    // Last, because a request that cannot be observed has no end that would count it down.
    this.#active = vocabulary.active(this.#low);
    this.#active.add(1, this.context);
  }

  #start(parent: Context, links: Link[]): Span {
    const { request, settings } = this;
    const { samplerReadsAttributes, vocabulary } = settings;
    const { knownMethods } = vocabulary;
    const low = this.#low;
    const attributes = samplerReadsAttributes ? { ...low, ...httpServerHigh(request, knownMethods) } : low;
    const name = httpServerSpanName(request.method, undefined, knownMethods);
    const span = currentTracer().startSpan(name, { kind: SpanKind.SERVER, attributes, links }, parent);
    if (!samplerReadsAttributes && span.isRecording()) {
      span.setAttributes(connectionAttributes(this.raw, request));
      span.setAttributes(httpServerTarget(request, knownMethods));
    }
    return span;
  }

  /** The router chose a route. With header versions it may choose again, when a candidate turns out not to match. */
  routed(template: string): void {
    this.request.route = template;
    if (this.#measuredElsewhere) {
      const metadata = getRPCMetadata(this.context);
      if (metadata !== undefined) metadata.route = template;
    }
    if (!this.#span.isRecording()) return;
    this.#span.setAttributes(this.settings.vocabulary.route(template));
    this.#span.updateName(this.#name(template));
  }

  /** A middleware serves all that is below a path and has no route of its own. */
  servedAt(path: string): void {
    if (this.request.route === undefined) this.routed(path);
  }

  #name(template: string): string {
    const { http, vocabulary } = this.settings;
    const standard = vocabulary.name(this.request.method, template);
    const { spanName } = http;
    if (spanName === undefined) return standard;
    return guarded('traces.http.spanName', () => checkedName(spanName(this.request)), standard);
  }

  /** A controller method was chosen; see `handlerAttributes`. */
  handledBy(attributes: Attributes): void {
    if (this.#span.isRecording()) this.#span.setAttributes(attributes);
    this.#wideEvent?.add(attributes);
  }

  /** Whether a span is the server span of this request. */
  holds(span: Span): boolean {
    return this.#span === span;
  }

  /** Something happened inside that is told on the server span. */
  addEvent(name: string, attributes: Attributes): void {
    if (this.#span.isRecording()) this.#span.addEvent(name, attributes);
  }

  /** An error decided, or is about to decide, the answer. The same error may be seen in several places. */
  failed(error: unknown): void {
    if (this.#ended || (this.#failed && this.#error === error)) return;
    if (this.#isNoRoute(error)) {
      this.#unmatched = true;
      return;
    }
    this.#failed = true;
    this.#error = error;
    const isError = guarded('traces.http.isError', () => this.settings.http.isError(error), true);
    this.#errorType = isError ? errorType(error) : undefined;
    recordRequestError(this.#span, error, isError);
  }

  /** Nest's own answer to unknown paths is no exception of the application, and its message holds the raw URL. */
  #isNoRoute(error: unknown): boolean {
    return (
      error instanceof NotFoundException &&
      error.message === `Cannot ${this.request.method} ${this.request.target}`
    );
  }

  /** Calls back when the response is over, while the span is still open: for what must not outlive it. */
  beforeEnd(listener: () => void): void {
    (this.#beforeEnd ??= []).push(listener);
  }

  /** The response is over, or its connection gone. Never throws. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      this.#end();
    } catch (error) {
      warn('NT_USER_CODE_FAILED', { where: 'HTTP server hook', reason: reasonOf(error) });
    }
  }

  #end(): void {
    this.#active.add(-1, this.context);
    for (const listener of this.#beforeEnd ?? []) listener();
    const seconds = (performance.now() - this.#startTime) / 1000;
    if (this.request.route === undefined && !this.#unmatched) this.#adoptFrameworkRoute();
    const { attributes, duration, requestSize, responseSize } = this.settings.vocabulary.outcome(
      this.#low,
      this.request.route,
      this.response.headersSent ? this.response.statusCode : undefined,
      this.#errorType,
    );
    if (keepExchange.isActive) {
      keepExchange.ends(this.#span.spanContext().traceId, attributes[ERROR_TYPE] !== undefined);
    }
    if (!this.#measuredElsewhere) duration.record(seconds, this.context);
    const received = requestBodySize(this.raw);
    if (received !== undefined) requestSize.record(received, this.context);
    const sent = responseBodySize(this.response);
    if (sent !== undefined) responseSize.record(sent, this.context);
    if (this.#span.isRecording()) this.#finish(attributes);
    this.#wideEvent?.write(this.request, this.#span, this.context, {
      outcome: attributes,
      seconds,
      statusCode: this.response.statusCode,
      isAborted: this.#isAborted(),
      error: this.#error,
      isError: this.#errorType !== undefined || (!this.#failed && this.response.statusCode >= 500),
    });
    if (this.#owned) this.#span.end();
    // A connection that is kept open keeps its last request, and every garbage collection would carry all of this along.
    (this.raw as Observed)[OBSERVATION] = null;
  }

  #adoptFrameworkRoute(): void {
    const template = this.request.frameworkRoute;
    if (template !== undefined) this.routed(template);
  }

  #finish(outcome: Attributes): void {
    this.#span.setAttributes(outcome);
    const { responseHeaders } = this.settings;
    if (responseHeaders.length > 0)
      this.#capture(responseHeaders, (name) => this.headers.getHeader(name) ?? this.response.getHeader(name));
    if (!this.#failed) {
      if (this.response.statusCode >= 500 && this.response.headersSent) {
        this.#span.setStatus({ code: SpanStatusCode.ERROR });
      }
      // No fault of the server, and how every event stream ends: said, but neither status nor error.type.
      if (this.#isAborted()) this.#span.setAttribute(NESTJS_RESPONSE_ABORTED, true);
    }
  }

  #isAborted(): boolean {
    const { writableFinished, writableEnded } = this.response;
    // A response to an injected request ends without ever being flushed to a connection.
    return !writableFinished && (!writableEnded || this.raw.socket?.destroyed);
  }

  #sendTraceId(): void {
    const name = this.settings.http.responseHeader;
    if (name === undefined || this.response.headersSent) return;
    const { traceId } = this.#span.spanContext();
    if (traceId === INVALID_TRACEID) return;
    const { headers } = this;
    if ('raw' in headers) headers.header(name, traceId);
    else headers.setHeader(name, traceId);
  }

  #capture(
    headers: ServerSettings['requestHeaders'],
    read: (name: string) => string | number | readonly string[] | undefined,
  ): void {
    for (const { header, attribute } of headers) {
      const value = read(header);
      if (value === undefined) continue;
      this.#span.setAttribute(attribute, Array.isArray(value) ? value.map(String) : [String(value)]);
    }
  }
}

/** @throws TypeError for what is no name, so that the span keeps the one it has by default */
function checkedName(name: string): string {
  if (typeof name === 'string' || (name as unknown) instanceof Promise) return name;
  throw new TypeError('it answered with something else than text');
}
