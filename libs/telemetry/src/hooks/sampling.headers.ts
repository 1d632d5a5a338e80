import { type Context, type Span, SpanStatusCode } from '@opentelemetry/api';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { KEEP_REQUEST_HEADER, KEEP_RESPONSE_HEADER, keepExchange } from '../propagation/keep.exchange.js';
import { awaited } from '../sampling.context.js';
import type { ForceSamplingOptions } from '../telemetry.options.js';

/** Whether a request knows the secret that has it recorded. How long the answer takes says nothing about the secret. */
export function forceCheck(
  force: ForceSamplingOptions | undefined,
): ((headers: IncomingHttpHeaders) => boolean) | undefined {
  if (force === undefined) return undefined;
  const { header, secret } = force;
  const expected = digest(secret);
  return (headers) => {
    const value = headers[header];
    return typeof value === 'string' && timingSafeEqual(digest(value), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** What a caller with tail sampling says along with a request. Undefined if it says nothing. */
export function keepHeaderOf(headers: IncomingHttpHeaders): string | undefined {
  if (!keepExchange.isActive) return undefined;
  const value = headers[KEEP_REQUEST_HEADER];
  return typeof value === 'string' ? value : undefined;
}

/** The context for the server span of a request whose caller may be told about it, or tell of it, later. */
export function afterKeepHeader(parent: Context, header: string): Context {
  return keepExchange.received(header) ? awaited(parent) : parent;
}

/** Answers such a caller, at the last moment at which a header can be sent. */
export function answerKeepHeader(response: ServerResponse, span: Span): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  const answering = (...args: unknown[]): ServerResponse => {
    const { status } = span as { status?: { code: SpanStatusCode } };
    const isFailed = Number(args[0]) >= 500 || status?.code === SpanStatusCode.ERROR;
    const answer = keepExchange.answer(span.spanContext().traceId, isFailed);
    const headers = args.at(-1) as OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined;
    // Fastify hands its headers over here; beside them, a header that was set would make Node merge the two.
    if (Array.isArray(headers)) headers.push(KEEP_RESPONSE_HEADER, answer);
    else if (typeof headers === 'object') headers[KEEP_RESPONSE_HEADER] = answer;
    else if (!response.headersSent) response.setHeader(KEEP_RESPONSE_HEADER, answer);
    return writeHead(...args);
  };
  response.writeHead = answering;
}
