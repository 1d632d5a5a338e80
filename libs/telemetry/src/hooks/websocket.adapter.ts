import { connectionOf, WebsocketConnection, type WebsocketSettings } from './websocket.connection.js';
import { wrapMethod } from './wrapped.method.js';

/** A handler as Nest binds it to a client. */
interface MessageHandler {
  readonly message: unknown;
  readonly callback: Callback;
}

type Callback = (...args: unknown[]) => unknown;

/** Callbacks that are observed already: an adapter that inherits a wrapped method calls it with them. */
const observed = new WeakSet<Callback>();

/**
 * Observes what every WebSocket adapter has to do for Nest: tell of clients that come, hand their messages to the
 * handlers, and tell of those that go. Whether an adapter is of an application with telemetry is asked at every call.
 */
export function wrapAdapter(
  prototype: object,
  settingsOf: (adapter: object) => WebsocketSettings | undefined,
): () => void {
  const restores = [
    wrapMethod(prototype, 'bindClientConnect', (bind) => {
      return function (this: object, server: unknown, callback: Callback): unknown {
        const connected = observe(callback, (args) => {
          const [client, request] = args;
          const settings = settingsOf(this);
          const isNew = typeof client === 'object' && client !== null && connectionOf(client) === undefined;
          if (settings === undefined || !isNew) return callback(...args);
          new WebsocketConnection(client, request, settings).connected(() => void callback(...args));
          return undefined;
        });
        return bind.call(this, server, connected);
      };
    }),
    wrapMethod(prototype, 'bindMessageHandlers', (bind) => {
      return function (
        this: object,
        client: unknown,
        handlers: readonly MessageHandler[],
        transform: unknown,
      ): unknown {
        const wrapped = handlers.map((handler) => {
          const { message, callback } = handler;
          const received = observe(callback, (args) => {
            const connection = settingsOf(this) && connectionOf(client);
            if (connection === undefined) return callback(...args);
            return connection.received(message, () => callback(...args));
          });
          return { ...handler, callback: received };
        });
        return bind.call(this, client, wrapped, transform);
      };
    }),
    wrapMethod(prototype, 'bindClientDisconnect', (bind) => {
      return function (this: object, client: unknown, callback: Callback): unknown {
        const disconnected = observe(callback, (args) => {
          const connection = settingsOf(this) && connectionOf(client);
          if (connection === undefined) return callback(...args);
          connection.disconnected(args[0], () => void callback(...args));
          return undefined;
        });
        return bind.call(this, client, disconnected);
      };
    }),
  ];
  return () => {
    for (const restore of restores) restore();
  };
}

function observe(callback: Callback, instead: (args: unknown[]) => unknown): Callback {
  if (observed.has(callback)) return callback;
  const wrapper: Callback = (...args) => instead(args);
  observed.add(wrapper);
  return wrapper;
}
