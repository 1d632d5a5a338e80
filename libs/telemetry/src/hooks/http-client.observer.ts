import { context, propagation, SpanKind, trace, type Span } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { HTTP_REQUEST_METHOD } from '../semconv.js';
import { KEEP_REQUEST_HEADER, KEEP_RESPONSE_HEADER, keepExchange } from '../propagation/keep.exchange.js';
import { outboundPolicy } from '../propagation/current.policy.js';
import { warn } from '../telemetry.warnings.js';
import { httpClientSpan } from '../tracing/conventions/http.conventions.js';
import { currentTracer } from '../tracing/tracer.js';
import type { HttpClientDoor } from './http-client.door.js';
import { HttpClientObservation } from './http-client.observation.js';
import { outgoingHeaders } from './outgoing.headers.js';
import { UnreadBodies } from './unread.bodies.js';

/**
 * Makes exactly one CLIENT span and one measurement of every request of a client, and sends its context along inside the
 * trust boundary.
 */
export class HttpClientObserver<R extends object> {
  readonly #door: HttpClientDoor<R>;
  readonly #headers;
  readonly #open = new WeakMap<R, HttpClientObservation>();
  readonly #unread = new UnreadBodies();
  #stoodDown = false;

  constructor(door: HttpClientDoor<R>) {
    this.#door = door;
    this.#headers = outgoingHeaders(door);
  }

  /** Must be called where the request is made: the active context becomes the parent. */
  started(request: R): void {
    const parent = context.active();
    // Our own exporters send under suppression.
    if (isTracingSuppressed(parent)) return;
    const active = trace.getSpan(parent);
    if (this.#isObservedByOthers(request, active)) {
      this.#standDown();
      return;
    }
    const { name, low, high } = httpClientSpan({
      method: this.#door.method(request),
      url: this.#door.url(request),
    });
    const span = currentTracer().startSpan(
      name,
      { kind: SpanKind.CLIENT, attributes: { ...low, ...high } },
      parent,
    );
    const own = trace.setSpan(parent, span);
    const observation = new HttpClientObservation(span, own, low);
    this.#open.set(request, observation);
    if (outboundPolicy().mayPropagateTo(this.#door.target(request))) {
      propagation.inject<R>(own, request, this.#headers);
      if (keepExchange.isActive) this.#askToKeep(request, span, observation);
    }
  }

  /** The head of the answer is there. Interim answers (1xx) are not answers, except for a change of protocol. */
  answered(request: R, answer: object, statusCode: number, protocolVersion?: string): void {
    if (statusCode < 200 && statusCode !== 101) return;
    const observation = this.#open.get(request);
    if (observation === undefined) return;
    const { question } = observation;
    if (question !== undefined) {
      keepExchange.answered(question, this.#door.answerHeader(answer, KEEP_RESPONSE_HEADER));
    }
    observation.answered(statusCode, protocolVersion);
    this.#unread.add(observation);
  }

  finished(request: R): void {
    this.#take(request)?.finished();
  }

  leftUnread(request: R): void {
    this.#take(request)?.leftUnread();
  }

  failed(request: R, error: unknown): void {
    this.#take(request)?.failed(error);
  }

  /** Ends what waits for a body. */
  close(): void {
    this.#unread.close();
  }

  #askToKeep(request: R, span: Span, observation: HttpClientObservation): void {
    const question = keepExchange.ask(authorityOf(this.#door.url(request)), span.spanContext().traceId);
    if (question === undefined) return;
    observation.question = question;
    this.#door.setHeader(request, KEEP_REQUEST_HEADER, question.header);
  }

  /** Whoever takes an observation ends it, so it ends once whatever the client reports afterwards. */
  #take(request: R): HttpClientObservation | undefined {
    const observation = this.#open.get(request);
    if (observation === undefined) return undefined;
    this.#open.delete(request);
    if (observation.answeredAt !== undefined && !this.#unread.delete(observation)) return undefined;
    return observation;
  }

  /**
   * Instrumentations that wrap a client make their span active while the request is made; those that listen as we do
   * leave a `traceparent` on it. One that only names the active span was put there by hand and is replaced by ours.
   */
  #isObservedByOthers(request: R, active: Span | undefined): boolean {
    if (active !== undefined && isHttpClientSpan(active)) return true;
    const traceparent = this.#door.header(request, 'traceparent');
    if (traceparent === undefined) return false;
    return active === undefined || !namesSpan(traceparent, active);
  }

  #standDown(): void {
    if (this.#stoodDown) return;
    this.#stoodDown = true;
    warn('NT_CLIENT_ALREADY_INSTRUMENTED', { client: this.#door.client });
  }
}

/** Host and port. */
function authorityOf(url: string | URL): string {
  if (typeof url !== 'string') return url.host;
  const begin = url.indexOf('//') + 2;
  const end = url.indexOf('/', begin);
  return end < 0 ? url.slice(begin) : url.slice(begin, end);
}

/** The part of an SDK span that the API does not show. */
interface VisibleSpan {
  readonly kind?: SpanKind;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly parentSpanContext?: { readonly spanId: string };
}

function isHttpClientSpan(span: Span): boolean {
  const { kind, attributes } = span as VisibleSpan;
  if (kind !== SpanKind.CLIENT || attributes === undefined) return false;
  // The second name is what instrumentations used before the conventions were stable.
  return attributes[HTTP_REQUEST_METHOD] !== undefined || attributes['http.method'] !== undefined;
}

/** Also true for the caller of the active span: proxies copy the headers they received. */
function namesSpan(traceparent: string, span: Span): boolean {
  if (traceparent.includes(span.spanContext().spanId)) return true;
  const parent = (span as VisibleSpan).parentSpanContext?.spanId;
  return parent !== undefined && traceparent.includes(parent);
}
