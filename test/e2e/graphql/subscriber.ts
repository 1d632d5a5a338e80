import { once } from 'node:events';
import { WebSocket, type RawData } from 'ws';

interface Message {
  readonly type: string;
  readonly payload?: unknown;
}

/** Speaks the graphql-transport-ws protocol: one subscription from its start to its end. */
export async function subscribeOverWebSocket(
  url: string,
  query: string,
  headers: Record<string, string> = {},
): Promise<unknown[]> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
  const events: unknown[] = [];
  const send = (message: object): void => socket.send(JSON.stringify(message));
  socket.on('open', () => send({ type: 'connection_init' }));
  socket.on('message', (data: RawData) => {
    const { type, payload } = JSON.parse((data as Buffer).toString()) as Message;
    if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: { query } });
    if (type === 'next') events.push(payload);
    if (type === 'error') events.push({ failed: payload });
    if (type === 'complete' || type === 'error') socket.close();
  });
  await once(socket, 'close', { signal: AbortSignal.timeout(5000) });
  return events;
}
