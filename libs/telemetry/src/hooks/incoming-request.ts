import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { HttpRequestInfo } from '../telemetry.options.js';
import { splitTarget, type HttpServerRequest } from '../tracing/conventions/http.conventions.js';

/** What Express and Fastify add to a request, as far as it is read here. */
export interface FrameworkRequest {
  /** Fastify only; an Express request is Node's own, extended. */
  readonly raw?: IncomingMessage;
  readonly ip?: string;
  readonly protocol?: string;
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
  readonly is404?: boolean;
  readonly routeOptions?: { readonly url?: string };
}

/** Node's request behind what an adapter hands out. */
export function rawRequestOf(request: FrameworkRequest): IncomingMessage {
  return request.raw ?? (request as unknown as IncomingMessage);
}

/** One request as the conventions and the user's functions see it; each value is read when it is asked for. */
export class IncomingRequest implements HttpServerRequest, HttpRequestInfo {
  route: string | undefined = undefined;
  readonly method: string;
  // Express rewrites `url` inside mounted routers, so it is kept as it came.
  readonly target: string;

  constructor(
    private readonly raw: IncomingMessage,
    private readonly framework: FrameworkRequest,
  ) {
    this.method = raw.method ?? 'GET';
    this.target = raw.url ?? '/';
  }

  get path(): string {
    return splitTarget(this.target).path;
  }

  get headers(): HttpRequestInfo['headers'] {
    return this.raw.headers;
  }

  get scheme(): string {
    if ((this.raw.socket as Partial<TLSSocket> | null)?.encrypted === true) return 'https';
    // The framework knows whether the application trusts its proxy.
    if (this.raw.headers['x-forwarded-proto'] === undefined) return 'http';
    return this.framework.protocol === 'https' ? 'https' : 'http';
  }

  get protocolVersion(): string {
    const version = this.raw.httpVersion;
    return version === '2.0' ? '2' : version;
  }

  get host(): string | undefined {
    const authority = this.raw.headers[':authority'];
    return this.raw.headers.host ?? (typeof authority === 'string' ? authority : undefined);
  }

  get userAgent(): string | undefined {
    return this.raw.headers['user-agent'];
  }

  get clientAddress(): string | undefined {
    return this.raw.headers['x-forwarded-for'] === undefined ? this.peerAddress : this.framework.ip;
  }

  get peerAddress(): string | undefined {
    return this.raw.socket?.remoteAddress;
  }

  get peerPort(): number | undefined {
    return this.raw.socket?.remotePort;
  }

  /**
   * The template of a route that was registered past Nest, on the Express or Fastify instance. A mounted Express
   * router does not tell its template, only the path that matched it, which must not get into a name.
   */
  get frameworkRoute(): string | undefined {
    const { routeOptions, is404, route, baseUrl } = this.framework;
    if (routeOptions !== undefined) return is404 === true ? undefined : routeOptions.url;
    return baseUrl === '' && typeof route?.path === 'string' ? route.path : undefined;
  }
}
