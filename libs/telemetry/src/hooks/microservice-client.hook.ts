import type { ModulesContainer } from '@nestjs/core';
import { context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import type { Observable } from 'rxjs';
import type { Hook } from './hook.js';
import { observeEvents, observeRequest } from './message-client.observation.js';
import { shareBaseWrapper, shareWrapper, type Wrapper } from './shared.wrapper.js';
import { isClient, type NestClient, type NestPacket } from './transports/nest.peers.js';
import { publishing } from './transports/publication.js';
import { transportOfClient } from './transports/transports.js';

/**
 * A span and a duration of every message that is sent, and its context sent along. Clients are found among the providers
 * and in the fields of providers and controllers; from then on all clients of their class are traced, whoever made them.
 */
export const microserviceClientHook: Hook = {
  name: 'microservice clients',
  install({ options, modules }) {
    if (!options.traces.messages.enabled) {
      return { installed: false, reason: 'traces.messages.enabled is false' };
    }
    if (clientsOf(modules).size === 0)
      return { installed: false, reason: 'no ClientProxy among the providers', absent: true };
    return { installed: true, uninstall: traceClients(modules) };
  },
};

/** Traces the classes of all clients that are there. */
export function traceClients(modules: ModulesContainer): () => void {
  const undo = [...clientsOf(modules)].flatMap(traceClass);
  return () => {
    for (const step of undo.splice(0)) step();
  };
}

function traceClass(client: NestClient): (() => void)[] {
  return [
    shareBaseWrapper(client, 'send', wrapSend),
    shareBaseWrapper(client, 'emit', wrapEmit),
    shareWrapper(client, 'emitBatch', wrapEmitBatch),
    shareWrapper(client, 'publish', wrapPublish),
    shareWrapper(client, 'dispatchEvent', wrapPublish),
    shareWrapper(client, 'dispatchBatchEvent', wrapPublish),
    ...(transportOfClient(client)?.prepareClient?.(client) ?? []),
  ];
}

function clientsOf(modules: ModulesContainer): Set<NestClient> {
  const found = new Set<NestClient>();
  const add = (value: unknown): void => {
    // Strategies of the application and gRPC are not ours.
    if (isClient(value) && transportOfClient(value) !== undefined) found.add(value);
  };
  for (const { providers, controllers } of modules.values()) {
    for (const { instance } of [...providers.values(), ...controllers.values()]) {
      for (const value of withFields(instance)) add(value);
    }
  }
  return found;
}

/** `@Client()` and `ClientProxyFactory` leave a client in a field. Accessors are not called: they may do anything. */
function withFields(instance: unknown): unknown[] {
  if (typeof instance !== 'object' || instance === null) return [];
  try {
    const fields = Object.values(Object.getOwnPropertyDescriptors(instance));
    return [instance, ...fields.map(({ value }) => value as unknown)];
  } catch {
    // A proxy that throws.
    return [];
  }
}

/** Nest refuses these before anything is sent. */
function isRefused(pattern: unknown, data: unknown): boolean {
  return pattern === undefined || pattern === null || data === undefined || data === null;
}

const wrapSend: Wrapper = (send) =>
  function (this: NestClient, pattern: unknown, data: unknown, ...more: unknown[]): unknown {
    const answer: unknown = send.call(this, pattern, data, ...more);
    const transport = transportOfClient(this);
    if (transport === undefined || isRefused(pattern, data)) return answer;
    return observeRequest(this, transport, pattern, answer as Observable<unknown>);
  };

const wrapEmit: Wrapper = (emit) =>
  function (this: NestClient, pattern: unknown, data: unknown, ...more: unknown[]): unknown {
    const run = (): Observable<unknown> => emit.call(this, pattern, data, ...more) as Observable<unknown>;
    const transport = transportOfClient(this);
    if (transport === undefined || isRefused(pattern, data)) return run();
    return observeEvents(this, transport, { pattern }, run);
  };

const wrapEmitBatch: Wrapper = (emitBatch) =>
  function (
    this: NestClient,
    pattern: unknown,
    data: { readonly messages?: { readonly length?: number } } | null | undefined,
    ...more: unknown[]
  ): unknown {
    const run = (): Observable<unknown> =>
      emitBatch.call(this, pattern, data, ...more) as Observable<unknown>;
    const transport = transportOfClient(this);
    if (transport === undefined || isRefused(pattern, data)) return run();
    return observeEvents(this, transport, { pattern, batchSize: data?.messages?.length ?? 0 }, run);
  };

const wrapPublish: Wrapper = (publish) =>
  function (this: NestClient, packet: NestPacket, ...more: unknown[]): unknown {
    const own = context.active();
    // Also true for what a subclass passes on to its base class.
    if (isTracingSuppressed(own)) return publish.call(this, packet, ...more);
    transportOfClient(this)?.stamp?.(packet, own, this);
    const published: unknown = publishing(own, () => publish.call(this, packet, ...more));
    // How a request is given up, which may take commands as well.
    return typeof published === 'function' ? () => publishing(own, published as () => unknown) : published;
  };
