import { once } from 'node:events';
import { io } from 'socket.io-client';
import { WebSocket, type RawData } from 'ws';

/** What came back from the server. */
export interface Answer {
  readonly event: string;
  readonly data: unknown;
}

/** A client of the gateway, whatever protocol it speaks. */
export interface ChatClient {
  send(event: string, data?: unknown): void;
  /** Everything received so far. */
  readonly received: readonly Answer[];
  close(): Promise<void>;
}

/** Connects to a server, with headers in the upgrade request. */
export type Connect = (origin: string, headers?: Record<string, string>) => Promise<ChatClient>;

export const connectSocketIo: Connect = async (origin, extraHeaders = {}) => {
  const socket = io(`http://${origin}`, {
    transports: ['websocket'],
    forceNew: true,
    extraHeaders,
    reconnection: false,
  });
  const received: Answer[] = [];
  socket.onAny((event: string, data: unknown) => received.push({ event, data }));
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
  });
  return {
    send: (event, data) => void socket.emit(event, data),
    received,
    close: () => Promise.resolve(void socket.disconnect()),
  };
};

export const connectWs: Connect = async (origin, headers = {}) => {
  const socket = new WebSocket(`ws://${origin}`, { headers });
  const received: Answer[] = [];
  socket.on('message', (data: RawData) => received.push(JSON.parse((data as Buffer).toString()) as Answer));
  socket.on('error', () => undefined);
  await once(socket, 'open', { signal: AbortSignal.timeout(5000) });
  return {
    send: (event, data) => socket.send(JSON.stringify({ event, data })),
    received,
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close(1000);
      await once(socket, 'close', { signal: AbortSignal.timeout(5000) });
    },
  };
};
