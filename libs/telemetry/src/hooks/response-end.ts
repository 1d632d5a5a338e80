import type { IncomingMessage, ServerResponse } from 'node:http';

const queuedBySocket = new WeakMap<object, Set<() => void>>();

/**
 * Calls `listener` when the response is over for whatever reason: finished, or its connection gone. It may be called
 * twice. `listener` comes before the other listeners, so that a span another library ends on `close` is still open.
 */
export function onResponseEnd(
  request: IncomingMessage,
  response: ServerResponse,
  listener: () => void,
): void {
  response.prependListener('close', listener);
  // A pipelined response waits for the one before it without a socket, and gets no `close` if the connection goes
  // meanwhile. All of a connection share one listener: the client chooses how many there are.
  if (response.socket !== null || typeof request.socket?.once !== 'function') return;
  const { socket } = request;
  let queued = queuedBySocket.get(socket);
  if (queued === undefined) {
    const listeners = new Set<() => void>();
    queuedBySocket.set(socket, listeners);
    socket.once('close', () => {
      for (const each of listeners) each();
    });
    queued = listeners;
  }
  queued.add(listener);
  response.once('close', () => queued.delete(listener));
}
