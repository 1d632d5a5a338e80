import type { Hook } from './hook.js';
import { watchExceptions } from './grpc-exceptions.js';
import { serveCall, type GrpcServerSettings, type NativeHandler } from './grpc-server.calls.js';
import { sharedInstallation } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

/** The part of Nest's gRPC server that is used here: `createServiceMethod` makes what gRPC calls. */
interface GrpcServer {
  createServiceMethod(...args: unknown[]): NativeHandler;
}

/** Servers whose applications are running. */
const observed = new WeakMap<object, GrpcServerSettings>();
const installations = new WeakMap<object, () => () => void>();

/**
 * SERVER spans and durations of gRPC calls. Nest announces every server it makes, before it gives gRPC its handlers; the
 * hook stands between the two, because only there are the call itself and its status.
 */
export const grpcServerHook: Hook = {
  name: 'grpc server',
  install({ options, modules }) {
    if (typeof modules.getRpcTargetRegistry !== 'function') {
      return { installed: false, reason: 'this version of @nestjs/core does not announce its servers' };
    }
    const settings: GrpcServerSettings = {
      inbound: options.propagation.inbound,
      samplerReadsAttributes: options.traces.choices.readsAttributes,
    };
    const undo: (() => void)[] = [];
    const servers = modules.getRpcTargetRegistry<object>().subscribe((server) => {
      if (!isGrpcServer(server)) return;
      observed.set(server, settings);
      undo.push(() => observed.delete(server), wrapHandlersOf(server), watchExceptions());
    });
    return {
      installed: true,
      isIdle: () => undo.length === 0,
      uninstall() {
        servers.unsubscribe();
        for (const step of undo.toReversed()) step();
      },
    };
  },
};

/** Other servers have no such method, and a strategy that extends Nest's has it, whatever its transport is called. */
function isGrpcServer(server: unknown): server is GrpcServer {
  const { createServiceMethod } = (server ?? {}) as Partial<GrpcServer>;
  return typeof createServiceMethod === 'function';
}

function wrapHandlersOf(server: GrpcServer): () => void {
  const prototype = Object.getPrototypeOf(server) as object;
  const install = installations.get(prototype) ?? sharedInstallation(() => wrapHandlers(prototype));
  installations.set(prototype, install);
  return install();
}

function wrapHandlers(prototype: object): () => void {
  return wrapMethod(
    prototype,
    'createServiceMethod',
    (create) =>
      function (this: GrpcServer, ...args: unknown[]): NativeHandler {
        const handler = create.apply(this, args) as NativeHandler;
        return (call, callback) => {
          const settings = observed.get(this);
          return settings === undefined
            ? handler(call, callback)
            : serveCall(settings, handler, call, callback);
        };
      },
  );
}
