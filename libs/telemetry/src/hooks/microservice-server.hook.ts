import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { MessageInfo } from '../telemetry.options.js';
import { guarded } from '../telemetry.warnings.js';
import type { Hook } from './hook.js';
import { MessageHandling } from './message-server.observation.js';
import { traceClients } from './microservice-client.hook.js';
import { watchFailures } from './rpc.failures.js';
import { shareBaseWrapper, shareWrapper, type Wrapper } from './shared.wrapper.js';
import { isServer, type NestHandler, type NestServer } from './transports/nest.peers.js';
import type { Transport } from './transports/transport.js';
import { transportOfServer } from './transports/transports.js';

/**
 * A span and a duration of every message that is handled, on every transport but gRPC. Nest tells which servers an
 * application has as soon as they are connected, which may be before `init()`, so this listens from the first moment on.
 */
export const microserviceServerHook: Hook = {
  name: 'microservices',
  install({ options, modules }) {
    if (!options.traces.messages.enabled) {
      return { installed: false, reason: 'traces.messages.enabled is false' };
    }
    const undo: (() => void)[] = [];
    const targets = modules.getRpcTargetRegistry<unknown>().subscribe((target) => {
      guarded(
        'Tracing of a microservice',
        () => {
          if (isServer(target)) undo.push(traceServer(target, options));
          // A hybrid application may handle messages, and so send some, before its own hooks are installed.
          undo.push(traceClients(modules));
        },
        undefined,
      );
    });
    return {
      installed: true,
      isIdle: () => undo.length === 0,
      uninstall() {
        targets.unsubscribe();
        for (const step of undo.splice(0)) step();
      },
    };
  },
};

/** The servers of applications with telemetry: others in this process have the same classes. */
const servers = new WeakMap<NestServer, TracedServer>();

function traceServer(server: NestServer, options: ResolvedOptions): () => void {
  const transport = transportOfServer(server);
  if (transport === undefined) return () => undefined;
  servers.set(server, new TracedServer(server, transport, options));
  const undo = [
    watchFailures(),
    shareWrapper(server, 'getHandlerByPattern', wrapLookup),
    shareBaseWrapper(server, 'send', wrapAnswer),
    ...(transport.prepareServer?.(server) ?? []),
  ];
  return () => {
    servers.delete(server);
    for (const step of undo) step();
  };
}

class TracedServer {
  readonly #server: NestServer;
  readonly #transport: Transport;
  readonly #options: ResolvedOptions;
  readonly #wrappers = new WeakMap<NestHandler, NestHandler>();
  readonly #ours = new WeakSet<NestHandler>();

  constructor(server: NestServer, transport: Transport, options: ResolvedOptions) {
    this.#server = server;
    this.#transport = transport;
    this.#options = options;
  }

  /** The handler in a span; with all that Nest knows about it. */
  observed(handler: NestHandler): NestHandler {
    // A transport that looks for wildcards asks its base class first.
    if (this.#ours.has(handler)) return handler;
    const known = this.#wrappers.get(handler);
    if (known !== undefined) return known;
    const handling = new MessageHandling(
      this.#server,
      this.#transport,
      this.#describe(handler),
      this.#options,
    );
    const wrapper: NestHandler = Object.assign(
      (...args: unknown[]): unknown => handling.run(args[1], () => handler(...args)),
      handler,
    );
    this.#wrappers.set(handler, wrapper);
    this.#ours.add(wrapper);
    return wrapper;
  }

  #describe(handler: NestHandler): MessageInfo {
    const entry = [...this.#server.messageHandlers].find(([, registered]) => registered === handler);
    const pattern = entry?.[0];
    return {
      transport: this.#transport.name,
      // Kafka takes regular expressions, too.
      pattern: typeof pattern === 'string' || pattern instanceof RegExp ? String(pattern) : '_OTHER',
      kind: handler.isEventHandler === true ? 'event' : 'request',
    };
  }
}

const wrapLookup: Wrapper = (getHandlerByPattern) =>
  function (this: NestServer, ...args: unknown[]): unknown {
    const handler = getHandlerByPattern.apply(this, args) as NestHandler | null;
    const server = servers.get(this);
    return server === undefined || typeof handler !== 'function' ? handler : server.observed(handler);
  };

/** An answer is part of its request: the library that sends it must not begin a trace for it. */
const wrapAnswer: Wrapper = (send) =>
  function (this: NestServer, stream: unknown, respond: (packet: unknown) => unknown): unknown {
    if (!servers.has(this)) return send.call(this, stream, respond);
    return send.call(this, stream, (packet: unknown) =>
      context.with(suppressTracing(context.active()), respond, undefined, packet),
    );
  };
