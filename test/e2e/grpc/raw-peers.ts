import {
  credentials,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type Client,
  type Metadata,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import http2 from 'node:http2';
import { once } from 'node:events';
import type { Item, Query } from './shop.controller.js';
import { PROTO } from './testing-harness.js';

type Find = (
  query: Query,
  metadata: Metadata,
  answer: (error: ServiceError | null, item: Item) => void,
) => void;

function shopClass(): ServiceClientConstructor {
  const root = loadPackageDefinition(loadSync(PROTO)) as unknown as {
    shop: { v1: { Shop: ServiceClientConstructor } };
  };
  return root.shop.v1.Shop;
}

/** A client that knows nothing of telemetry. */
export function rawClient(url: string): {
  find(query: Query, metadata: Metadata): Promise<Item>;
  close(): void;
} {
  const client = new (shopClass())(url, credentials.createInsecure()) as unknown as Client & { find: Find };
  return {
    find: (query, metadata) =>
      new Promise((resolve, reject) => {
        client.find(query, metadata, (error, item) => (error ? reject(error) : resolve(item)));
      }),
    close: () => client.close(),
  };
}

/** A server that knows nothing of telemetry, and keeps the metadata of its calls. */
export async function rawServer(url: string): Promise<{ seen: Metadata[]; close(): void }> {
  const seen: Metadata[] = [];
  const server = new Server();
  server.addService(shopClass().service, {
    Find(
      { request, metadata }: { request: Query; metadata: Metadata },
      answer: (e: null, item: object) => void,
    ) {
      seen.push(metadata);
      answer(null, { id: request.id });
    },
    Chat(call: NodeJS.ReadWriteStream & { metadata: Metadata }) {
      seen.push(call.metadata);
      call.pipe(call);
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(url, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  });
  return { seen, close: () => server.forceShutdown() };
}

/** Calls `Find` with headers that no gRPC library would send, and returns the status. */
export async function findWithHeaders(
  url: string,
  headers: Record<string, string | string[]>,
  id = '7',
): Promise<string> {
  const session = http2.connect(`http://${url}`);
  try {
    const request = session.request({
      ':method': 'POST',
      ':path': '/shop.v1.Shop/Find',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let status = '';
    request.on('trailers', (trailers) => (status = String(trailers['grpc-status'])));
    request.on('response', (response) => (status = String(response['grpc-status'] ?? status)));
    request.resume();
    // Flags, length, and the message: field 1, a text.
    const prefix = [0, 0, 0, 0, id.length + 2, 0x0a, id.length];
    request.end(Buffer.concat([Buffer.from(prefix), Buffer.from(id)]));
    await once(request, 'close');
    return status;
  } finally {
    session.close();
  }
}
