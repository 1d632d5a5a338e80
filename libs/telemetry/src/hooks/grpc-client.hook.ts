import type { ModulesContainer } from '@nestjs/core';
import { observeCalls, wrapMethodsOf } from './grpc-client.calls.js';
import { loadedByNest } from './grpc-packages.js';
import type { Hook } from './hook.js';
import { sharedInstallation } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

/** The part of Nest's `ClientGrpcProxy` that is used here. */
interface GrpcProxy {
  getService(name: string): unknown;
  createClientByServiceName(name: string): object;
  /** gRPC's clients that were made already, by service. */
  readonly clients?: unknown;
}

interface Microservices {
  readonly ClientGrpcProxy?: { readonly prototype: object };
}

const installations = new WeakMap<object, () => () => void>();

/**
 * CLIENT spans, propagation and durations of calls through Nest's gRPC clients. Looks for the class of the clients in the
 * package, if Nest has loaded it, and among the providers; installed early for clients that are used by constructors, and
 * once more when all providers are there.
 */
export const grpcClientHook: Hook = {
  name: 'grpc client',
  install({ modules }) {
    const proxies = [...proxiesOf(modules)];
    const loaded = (loadedByNest('@nestjs/microservices') as Microservices | undefined)?.ClientGrpcProxy
      ?.prototype;
    const prototypes = new Set<object>(proxies.map((proxy) => Object.getPrototypeOf(proxy) as object));
    if (loaded !== undefined) prototypes.add(loaded);
    if (prototypes.size === 0)
      return { installed: false, reason: '@nestjs/microservices is not in use', absent: true };
    const undo = [observeCalls(), ...Array.from(prototypes, wrapClientsOf)];
    for (const { clients } of proxies) {
      if (clients instanceof Map) for (const client of clients.values()) wrapMethodsOf(client);
    }
    return {
      installed: true,
      // Nest loads gRPC with the first client or server that is made.
      isIdle: () => loadedByNest('@grpc/grpc-js') === undefined,
      uninstall() {
        for (const step of undo) step();
      },
    };
  },
};

function* proxiesOf(modules: ModulesContainer): Generator<GrpcProxy> {
  for (const { providers } of modules.values()) {
    for (const { instance } of providers.values()) {
      if (isGrpcProxy(instance)) yield instance;
    }
  }
}

function isGrpcProxy(value: unknown): value is GrpcProxy {
  if (typeof value !== 'object' || value === null) return false;
  // By the prototype: a provider may be a proxy of the user that throws at every unknown name.
  const prototype = Object.getPrototypeOf(value) as Partial<GrpcProxy> | null;
  return (
    typeof prototype?.createClientByServiceName === 'function' && typeof prototype.getService === 'function'
  );
}

function wrapClientsOf(prototype: object): () => void {
  const install = installations.get(prototype) ?? sharedInstallation(() => wrapClients(prototype));
  installations.set(prototype, install);
  return install();
}

function wrapClients(prototype: object): () => void {
  return wrapMethod(
    prototype,
    'createClientByServiceName',
    (create) =>
      function (this: GrpcProxy, ...args: unknown[]): unknown {
        const client = create.apply(this, args);
        wrapMethodsOf(client);
        return client;
      },
  );
}
