import { context, SpanKind, type Context } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import type { ResolvedOptions, ResolvedWebsocketsOptions } from '../config/resolved-options.js';
import { METRICS } from '../metrics/catalog.js';
import { upDownCounterFor } from '../metrics/instruments.js';
import type { Arrival } from '../propagation/inbound.policy.js';
import { MESSAGING_SYSTEM_NAME, NESTJS_WEBSOCKET_DISCONNECT_REASON } from '../semconv.js';
import { httpServerHigh, knownHttpMethods } from '../tracing/conventions/http.conventions.js';
import {
  websocketLifecycle,
  websocketMessage,
  type WebsocketSystem,
} from '../tracing/conventions/websocket.conventions.js';
import { apartFrom, connectionArrival, linksTo } from './connection.arrival.js';
import { IncomingRequest } from './incoming-request.js';
import { WebsocketWork } from './websocket.work.js';

const STANDARD_METHODS = knownHttpMethods(undefined);

/** What the gateways of one application need. */
export interface WebsocketSettings {
  readonly options: ResolvedWebsocketsOptions;
  readonly inbound: ResolvedOptions['propagation']['inbound'];
}

/** A client as socket.io knows it, as far as it is read here. */
interface SocketIoClient {
  readonly handshake?: unknown;
  readonly request?: IncomingMessage;
  readonly disconnected?: boolean;
}

const connections = new WeakMap<object, WebsocketConnection>();

/** The connection of a client, which every gateway it reaches binds anew. */
export function connectionOf(client: unknown): WebsocketConnection | undefined {
  return typeof client === 'object' && client !== null ? connections.get(client) : undefined;
}

/** One client from its handshake to its end. It may stay for days, so it has no span; coming and going have. */
export class WebsocketConnection {
  readonly #client: SocketIoClient;
  readonly #system: WebsocketSystem;
  readonly #request: IncomingMessage | undefined;
  readonly #arrival: Arrival;
  /** The span of the handshake, which everything else of the connection is linked with. */
  #origin: Context | undefined;
  #open = false;

  constructor(
    client: object,
    request: unknown,
    private readonly settings: WebsocketSettings,
  ) {
    this.#client = client;
    this.#system = typeof this.#client.handshake === 'object' ? 'socket.io' : 'websocket';
    this.#request = this.#client.request ?? (request as IncomingMessage | undefined);
    this.#arrival = connectionArrival(this.#request, settings.inbound);
    connections.set(client, this);
  }

  /** The handshake is done; runs the `handleConnection` methods. */
  connected(handle: () => void): void {
    this.#count(1);
    const { context: parent, links } = this.#arrival;
    const request = this.#request && new IncomingRequest(this.#request, {});
    const high = () => request && httpServerHigh(request, STANDARD_METHODS);
    const conventions = websocketLifecycle(this.#system, 'connect');
    const work = new WebsocketWork(
      conventions,
      { kind: SpanKind.SERVER, parent, links, high },
      this.settings.options,
    );
    work.runJoining(() => {
      this.#origin = context.active();
      handle();
    });
    // Sent away at once: nobody has had the time to listen for that.
    if (this.#client.disconnected === true) this.disconnected(undefined, () => undefined);
  }

  /** Runs the handler of a message. */
  received<T>(pattern: unknown, handle: () => T): T {
    const conventions = websocketMessage(this.#system, pattern);
    return this.#work(conventions, SpanKind.CONSUMER, undefined, true).run(handle);
  }

  /** Runs the `handleDisconnect` methods, when the first of the gateways hears of it. */
  disconnected(reason: unknown, handle: () => void): void {
    if (!this.#open) {
      handle();
      return;
    }
    this.#count(-1);
    const isReason = typeof reason === 'string' || typeof reason === 'number';
    const high = isReason ? { [NESTJS_WEBSOCKET_DISCONNECT_REASON]: String(reason) } : undefined;
    const conventions = websocketLifecycle(this.#system, 'disconnect');
    this.#work(conventions, SpanKind.INTERNAL, high, false).runJoining(handle);
  }

  #work(
    conventions: ReturnType<typeof websocketMessage>,
    kind: SpanKind,
    high: Record<string, string> | undefined,
    isMessage: boolean,
  ): WebsocketWork {
    const links = this.#origin === undefined ? [] : linksTo(this.#origin);
    const parent = apartFrom(this.#arrival);
    return new WebsocketWork(
      conventions,
      { kind, parent, links, isMessage, ...(high !== undefined && { high: () => high }) },
      this.settings.options,
    );
  }

  #count(change: 1 | -1): void {
    this.#open = change === 1;
    upDownCounterFor(METRICS.websocketActiveConnections).add(change, {
      [MESSAGING_SYSTEM_NAME]: this.#system,
    });
  }
}
