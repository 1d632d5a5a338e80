import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';

/** Posts JSON and waits for the end of the answer. */
export type Send = (url: string, body: string) => Promise<void>;

const headers = { 'content-type': 'application/json' };

async function byFetch(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
}

async function byNodeHttp(url: string, body: string): Promise<void> {
  const sent = request(url, { method: 'POST', headers });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
}

/** Every HTTP client that sends context along. */
export const senders: readonly (readonly [name: string, send: Send])[] = [
  ['fetch', byFetch],
  ['node:http', byNodeHttp],
];
