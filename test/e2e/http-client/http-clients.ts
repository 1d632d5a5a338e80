import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sharedKeyClient } from './shared-key.tls.js';

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Chunks of a streamed request body. */
  readonly chunks?: readonly string[];
  /** Leaves the body of the answer alone. */
  readonly unread?: boolean;
  /** Gives the answer up when its head is there, without an error. */
  readonly cancel?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A client as the contract knows it: one call, which rejects when the answer or its body fails. */
export interface HttpClient {
  readonly name: string;
  readonly scheme: 'http' | 'https';
  readonly followsRedirects: boolean;
  call(url: string, options?: CallOptions): Promise<Answer>;
}

export const fetchClient: HttpClient = {
  name: 'fetch',
  scheme: 'http',
  followsRedirects: true,
  async call(url, { method = 'GET', headers = {}, signal, chunks, unread, cancel } = {}) {
    const body = chunks && { body: Readable.toWeb(Readable.from(chunks)) as ReadableStream, duplex: 'half' };
    const response = await fetch(url, { method, headers, ...(signal && { signal }), ...body } as RequestInit);
    if (cancel) await response.body?.cancel();
    return { status: response.status, body: unread || cancel ? '' : await response.text() };
  },
};

// References taken before any hook is installed: what a client library imported early would hold.
const { request: earlyHttpRequest } = http;
const { request: earlyHttpsRequest } = https;
const secureAgent = new https.Agent({ ...sharedKeyClient, keepAlive: true });

export const nodeHttpClient: HttpClient = {
  name: 'node:http',
  scheme: 'http',
  followsRedirects: false,
  call: (url, options) => callNode((target, settings) => earlyHttpRequest(target, settings), url, options),
};

export const nodeHttpsClient: HttpClient = {
  name: 'node:https',
  scheme: 'https',
  followsRedirects: false,
  call: (url, options) =>
    callNode(
      (target, settings) => earlyHttpsRequest(target, { agent: secureAgent, ...settings }),
      url,
      options,
    ),
};

type MakeRequest = (url: string, options: RequestOptions) => ClientRequest;

async function callNode(make: MakeRequest, url: string, options: CallOptions = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, signal, chunks, unread, cancel } = options;
  const request = make(url, { method, headers: { ...headers }, ...(signal && { signal }) });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
  });
  if (chunks === undefined) request.end();
  else await pipeline(Readable.from(chunks), request);
  const response = await answered;
  const status = response.statusCode ?? 0;
  if (cancel) response.destroy();
  if (cancel || unread) return { status, body: '' };
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status, body };
}
