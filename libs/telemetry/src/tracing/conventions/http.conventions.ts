import type { Attributes } from '@opentelemetry/api';
import {
  CLIENT_ADDRESS,
  ERROR_TYPE,
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
  NETWORK_PROTOCOL_VERSION,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_FULL,
  URL_PATH,
  URL_QUERY,
  URL_SCHEME,
  USER_AGENT_ORIGINAL,
} from '../../semconv.js';

/** Name and attributes of a span. Metrics only ever see `low`: its values come from small, closed sets. */
export interface HttpSpan {
  readonly name: string;
  readonly low: Attributes;
  /** Built when it is read, because a span that is not recorded has no use for it. */
  readonly high: Attributes;
}

/** Methods that may appear in names and metrics (RFC 9110, RFC 5789, the QUERY draft); all others are `_OTHER`. */
const HTTP_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]);

const OTHER_METHOD = '_OTHER';
const REDACTED = 'REDACTED';

/** The set behind `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`: a comma-separated list that replaces the default one. */
export function knownHttpMethods(list: string | undefined): ReadonlySet<string> {
  const names = (list ?? '').split(',').map((name) => name.trim());
  const known = names.filter((name) => name !== '');
  return known.length === 0 ? HTTP_METHODS : new Set(known);
}

/** A request as the server sees it, before it is known which route will take it. */
export interface HttpServerRequest {
  readonly method: string;
  /** Request target as received: path, and query after `?`. */
  readonly target: string;
  readonly scheme: string;
  /** `1.1`, `2`. */
  readonly protocolVersion: string;
  readonly host: string | undefined;
  readonly userAgent: string | undefined;
  /** The client behind trusted proxies. */
  readonly clientAddress: string | undefined;
  readonly peerAddress: string | undefined;
  readonly peerPort: number | undefined;
}

/** What is known of a request at once and has few distinct values. */
export function httpServerLow(
  method: string,
  scheme: string,
  protocolVersion: string,
  known: ReadonlySet<string>,
): Attributes {
  const low = requestMethod(method, known);
  low[URL_SCHEME] = scheme;
  low[NETWORK_PROTOCOL_VERSION] = protocolVersion;
  return low;
}

/** What the client chose freely, for the span only. */
export function httpServerHigh(request: HttpServerRequest, known: ReadonlySet<string>): Attributes {
  return { ...httpServerTarget(request, known), ...httpServerConnection(request) };
}

/** Of {@link httpServerHigh} what differs from request to request. */
export function httpServerTarget(request: HttpServerRequest, known: ReadonlySet<string>): Attributes {
  const { path, query } = splitTarget(request.target);
  const high: Attributes = { [URL_PATH]: path };
  if (!known.has(request.method)) high[HTTP_REQUEST_METHOD_ORIGINAL] = request.method;
  if (query !== '') high[URL_QUERY] = redactQuery(query);
  return high;
}

/** Of {@link httpServerHigh} what tells who asks, and whom. */
export function httpServerConnection(request: HttpServerRequest): Attributes {
  const { host, clientAddress, peerAddress, peerPort, userAgent } = request;
  const high: Attributes = {};
  if (host !== undefined) {
    // The client chooses the Host header, so it is not fit for metrics.
    const { address, port } = splitHost(host);
    high[SERVER_ADDRESS] = address;
    if (port !== undefined) high[SERVER_PORT] = port;
  }
  if (clientAddress !== undefined) high[CLIENT_ADDRESS] = clientAddress;
  if (peerAddress !== undefined) high[NETWORK_PEER_ADDRESS] = peerAddress;
  if (peerPort !== undefined) high[NETWORK_PEER_PORT] = peerPort;
  if (userAgent !== undefined) high[USER_AGENT_ORIGINAL] = userAgent;
  return high;
}

/** `GET /users/:id`; only the method while no route is known, because a raw path would make endless names. */
export function httpServerSpanName(
  method: string,
  route: string | undefined,
  known: ReadonlySet<string> = HTTP_METHODS,
): string {
  const name = known.has(method) ? method : 'HTTP';
  return route === undefined ? name : `${name} ${route}`;
}

/** What is known when a server has answered. */
export interface HttpServerResponse {
  /** Absent when nothing was sent. */
  readonly statusCode: number | undefined;
  readonly route: string | undefined;
  /** Class or code of what went wrong, if anything did. */
  readonly errorType: string | undefined;
}

/** Low-cardinality attributes of a server span at its end. A 4xx is the client's mistake, so it is no error here. */
export function httpServerResponse({ statusCode, route, errorType }: HttpServerResponse): Attributes {
  const low: Attributes = {};
  if (route !== undefined) low[HTTP_ROUTE] = route;
  if (statusCode !== undefined) low[HTTP_RESPONSE_STATUS_CODE] = statusCode;
  const type = errorType ?? (statusCode !== undefined && statusCode >= 500 ? String(statusCode) : undefined);
  if (type !== undefined) low[ERROR_TYPE] = type;
  return low;
}

/** A request that this process sends. */
export interface HttpClientRequest {
  readonly method: string;
  readonly url: string | URL;
}

/** A client span at its start, named by its method: a client does not know the route. */
export function httpClientSpan(
  { method, url }: HttpClientRequest,
  known: ReadonlySet<string> = HTTP_METHODS,
): HttpSpan {
  const low = requestMethod(method, known);
  const high: Attributes = {};
  if (low[HTTP_REQUEST_METHOD] === OTHER_METHOD) high[HTTP_REQUEST_METHOD_ORIGINAL] = method;
  const parsed = typeof url === 'string' ? URL.parse(url) : url;
  if (parsed !== null) {
    low[URL_SCHEME] = parsed.protocol.slice(0, -1);
    low[SERVER_ADDRESS] = unbracket(parsed.hostname);
    low[SERVER_PORT] = parsed.port === '' ? (parsed.protocol === 'https:' ? 443 : 80) : Number(parsed.port);
    high[URL_FULL] = redactUrl(parsed);
  }
  return { name: httpServerSpanName(method, undefined, known), low, high };
}

/** Low-cardinality attributes of a client span when the answer's head is there. A 4xx is an error to a client. */
export function httpClientResponse(statusCode: number, protocolVersion?: string): Attributes {
  const low: Attributes = { [HTTP_RESPONSE_STATUS_CODE]: statusCode };
  if (protocolVersion !== undefined) low[NETWORK_PROTOCOL_VERSION] = protocolVersion;
  if (statusCode >= 400) low[ERROR_TYPE] = String(statusCode);
  return low;
}

/**
 * The query with every value replaced, so that `?token=...` is seen to be there and nothing of it leaves the process.
 * A part without a name is a value.
 */
export function redactQuery(query: string): string {
  return query
    .split('&')
    .map((part) => {
      const nameEnd = part.indexOf('=');
      if (nameEnd >= 0) return part.slice(0, nameEnd + 1) + REDACTED;
      return part === '' ? part : REDACTED;
    })
    .join('&');
}

/** The URL without user, password and fragment, and with redacted query values. */
function redactUrl(url: URL): string {
  const query = url.search.length > 1 ? `?${redactQuery(url.search.slice(1))}` : '';
  return `${url.protocol}//${url.host}${url.pathname}${query}`;
}

let lastTarget = '/';
let lastSplit = { path: '/', query: '' };

/** Path and query of a request target. One request asks for them several times. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  if (target !== lastTarget) {
    lastSplit = split(target);
    lastTarget = target;
  }
  return lastSplit;
}

/** A proxy may send a target as an absolute URL (RFC 9112, section 3.2.2). */
function split(target: string): { path: string; query: string } {
  const absolute = target.startsWith('/') ? null : URL.parse(target);
  if (absolute !== null) return { path: absolute.pathname, query: absolute.search.slice(1) };
  const fragmentAt = target.indexOf('#');
  const sent = fragmentAt < 0 ? target : target.slice(0, fragmentAt);
  const queryAt = sent.indexOf('?');
  return queryAt < 0
    ? { path: sent, query: '' }
    : { path: sent.slice(0, queryAt), query: sent.slice(queryAt + 1) };
}

function requestMethod(method: string, known: ReadonlySet<string>): Attributes {
  return { [HTTP_REQUEST_METHOD]: known.has(method) ? method : OTHER_METHOD };
}

function splitHost(host: string): { address: string; port: number | undefined } {
  const colon = host.lastIndexOf(':');
  // `[::1]` has colons of its own.
  if (colon < 0 || colon < host.indexOf(']')) return { address: unbracket(host), port: undefined };
  const port = Number(host.slice(colon + 1));
  return { address: unbracket(host.slice(0, colon)), port: Number.isInteger(port) ? port : undefined };
}

function unbracket(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
