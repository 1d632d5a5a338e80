import { ApplicationConfig, type ModulesContainer } from '@nestjs/core';
import type { WebSocketAdapter } from '@nestjs/common';
import { types } from 'node:util';
import type { Hook } from './hook.js';
import { prototypeInstallation } from './prototype.installation.js';
import { sharedInstallation } from './shared.installation.js';
import { wrapAdapter } from './websocket.adapter.js';
import type { WebsocketSettings } from './websocket.connection.js';
import { watchMessageHandlers } from './websocket.handlers.js';
import { activeWebsocketWork } from './websocket.work.js';
import { wrapMethod } from './wrapped.method.js';

/** What `@WebSocketGateway()` writes on a class. */
const GATEWAY_METADATA = 'websockets:is_gateway';
const LIFECYCLE = ['handleConnection', 'handleDisconnect'] as const;

/**
 * One span per message of a WebSocket gateway, through the adapter of the application, whichever it is, and one for a
 * client that comes or goes.
 *
 * It has to be installed before gateways are registered, which is before the application is configured. The adapter may
 * be there, come with `useWebSocketAdapter()`, or be made by Nest later.
 */
export const websocketHook: Hook = {
  name: 'websockets',

  install({ options, modules }) {
    const gateways = [...gatewaysOf(modules)];
    const config = configOf(modules);
    if (gateways.length === 0)
      return { installed: false, reason: 'no WebSocket gateway among the providers', absent: true };
    if (config === undefined) return { installed: false, reason: 'the application has no configuration' };
    const undo = [
      watchMessageHandlers(),
      watchAdapters(),
      ...gateways.map((gateway) => watchGateway(gateway)),
    ];
    const settings: WebsocketSettings = {
      options: options.traces.websockets,
      inbound: options.propagation.inbound,
    };
    const adopt = (adapter: object): void => {
      if (settingsByAdapter.has(adapter)) return;
      settingsByAdapter.set(adapter, settings);
      undo.push(() => settingsByAdapter.delete(adapter), watchAdapter(adapter));
    };
    adopters.set(config, adopt);
    // Typed as if it were always there, but Nest makes it only when it finds a gateway.
    const present = config.getIoAdapter() as WebSocketAdapter | null;
    if (present !== null) adopt(present);
    return {
      installed: true,
      uninstall() {
        adopters.delete(config);
        for (const step of undo.splice(0)) step();
      },
    };
  },
};

const settingsByAdapter = new WeakMap<object, WebsocketSettings>();
const adopters = new WeakMap<object, (adapter: object) => void>();

const watchAdapter = prototypeInstallation((prototype) =>
  wrapAdapter(prototype, (adapter) => settingsByAdapter.get(adapter)),
);

const watchAdapters = sharedInstallation(() =>
  wrapMethod(ApplicationConfig.prototype, 'setIoAdapter', (setIoAdapter) => {
    return function (this: ApplicationConfig, adapter: WebSocketAdapter): void {
      setIoAdapter.call(this, adapter);
      adopters.get(this)?.(adapter);
    };
  }),
);

/** Nest calls these methods without waiting for them, and keeps them from when the gateway is registered. */
const watchGateway = prototypeInstallation((prototype) => {
  const restores = LIFECYCLE.map((name) =>
    wrapMethod(prototype, name, (method) => {
      return function (this: object, ...args: unknown[]): unknown {
        const work = activeWebsocketWork();
        if (work === undefined || work.isMessage) return method.apply(this, args);
        try {
          const result = method.apply(this, args);
          if (!types.isPromise(result)) return result;
          work.join(result);
          // Not the same promise: if it is rejected, nobody has handled this one.
          return result.then((value) => value);
        } catch (error) {
          work.failed(error);
          throw error;
        }
      };
    }),
  );
  return () => {
    for (const restore of restores) restore();
  };
});

/** An object of each gateway class, for its prototype. */
function* gatewaysOf(modules: ModulesContainer): Generator<object> {
  for (const { providers } of modules.values()) {
    for (const { metatype, isNotMetatype } of providers.values()) {
      if (isNotMetatype || typeof metatype !== 'function') continue;
      if (Reflect.hasMetadata(GATEWAY_METADATA, metatype))
        yield Object.create(metatype.prototype as object) as object;
    }
  }
}

function configOf(modules: ModulesContainer): ApplicationConfig | undefined {
  for (const { providers } of modules.values()) {
    const instance = providers.get(ApplicationConfig)?.instance;
    if (instance instanceof ApplicationConfig) return instance;
  }
  return undefined;
}
