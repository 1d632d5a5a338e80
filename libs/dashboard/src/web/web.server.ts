import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { DashboardError } from '../dashboard.errors.js';
import { type ByteBudget, Share } from '../receiver/byte.budget.js';
import { readBody } from '../receiver/request.body.js';
import type { IngestRequest, IngestResult } from '../store/store.js';
import type { StoreClient } from '../store/store.client.js';
import { type Access, type Denial, MUTATION_HEADER } from './access.js';
import { type ApiAnswer, type ApiRouter, failed, ok } from './api.router.js';
import type { LiveStream, StreamTopic } from './live.stream.js';
import { downloadOtlp } from './otlp.download.js';
import { importOtlp } from './otlp.import.js';
import { SAFE_HEADERS } from './response.headers.js';
import type { StaticFiles } from './static.files.js';

export interface WebParts {
  readonly access: Access;
  readonly api: ApiRouter;
  readonly live: LiveStream;
  readonly files: StaticFiles;
  readonly budget: ByteBudget;
  readonly storeOf: (run: string | null) => Promise<StoreClient>;
  /** Stores a request, whether ingest is paused or not. */
  readonly take: (request: IngestRequest) => Promise<IngestResult>;
}

const TOPICS: readonly StreamTopic[] = ['traces', 'logs', 'totals'];
/** A change is small; a file to import may be long. */
const SLOWEST_BODY_MILLIS = 10_000;
const SLOWEST_IMPORT_MILLIS = 10 * 60_000;
const SLOWEST_HEADERS_MILLIS = 10_000;
/** A browser takes six; scripts and idle ones leave room for it. */
const MOST_CONNECTIONS = 500;
/** What cannot be answered now can be soon. */
const SECONDS_TO_WAIT = '1';
const JSON_TYPE = 'application/json';
const IMPORT_TYPES = new Set([JSON_TYPE, 'application/x-ndjson']);

/** The page, its data and its live stream: what a browser talks to. */
export function webServer(parts: WebParts): Server {
  const server = createServer(
    {
      requestTimeout: SLOWEST_IMPORT_MILLIS,
      headersTimeout: SLOWEST_HEADERS_MILLIS,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      serve(parts, request, response).catch((error: unknown) => answer(response, answerTo(error)));
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

async function serve(parts: WebParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { access } = parts;
  const denial = access.deny(request);
  if (denial !== undefined) return answer(response, denied(denial));
  const url = urlOf(request);
  if (url.pathname.startsWith('/api/')) {
    const missing = access.denyWithoutToken(request);
    if (missing !== undefined) return answer(response, denied(missing));
    return serveData(parts, request, response, url);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answer(response, failed(405, 'ND_METHOD', 'The page is read with GET.'));
  const token = url.searchParams.get('token');
  if (token !== null) return exchange(access, url, token, request, response);
  const file = await parts.files.find(url.pathname);
  if (file === undefined) return answer(response, failed(404, 'ND_NOT_FOUND', 'There is nothing here.'));
  response.writeHead(200, {
    ...SAFE_HEADERS,
    'Content-Type': file.type,
    'Content-Length': file.bytes.byteLength,
  });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

/** A token in the address becomes a cookie, and leaves the address: it would end up in histories. */
function exchange(
  access: Access,
  url: URL,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!access.holds(token)) return answer(response, failed(401, 'ND_TOKEN_WRONG', 'This is not the token.'));
  url.searchParams.delete('token');
  // A path that begins with two slashes would be another host.
  const location = url.pathname.replace(/^\/+/, '/') + url.search;
  response.writeHead(303, { ...SAFE_HEADERS, Location: location, 'Set-Cookie': access.cookie(request) });
  response.end();
}

async function serveData(
  parts: WebParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { pathname, searchParams } = url;
  const { api, live, storeOf } = parts;
  if (request.method === 'POST') return answer(response, await change(parts, request, pathname));
  if (request.method !== 'GET') return answer(response, failed(405, 'ND_METHOD', 'Use GET or POST.'));
  if (pathname === '/api/stream') {
    const asked = (searchParams.get('topics') ?? '').split(',');
    const topics = new Set(TOPICS.filter((topic) => asked.includes(topic)));
    if (live.watch(response, topics)) return;
    return answer(response, failed(429, 'ND_TOO_MANY_WATCHERS', 'Too many pages are open.'));
  }
  if (pathname === '/api/export') {
    const run = searchParams.get('run');
    return downloadOtlp(await storeOf(run), run ?? 'current', response);
  }
  answer(response, (await api.read(pathname, searchParams)) ?? unknown());
}

async function change(
  { api, budget, take }: WebParts,
  request: IncomingMessage,
  path: string,
): Promise<ApiAnswer> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isImport = path === '/api/import';
  // Neither can be sent by a page of another site without a preflight, which is never answered.
  const isAllowed = isImport ? IMPORT_TYPES.has(type) : type === JSON_TYPE;
  if (!isAllowed || request.headers[MUTATION_HEADER] === undefined)
    return failed(415, 'ND_NOT_JSON', `Send ${JSON_TYPE} and the header ${MUTATION_HEADER}.`);
  if (isImport) return ok(await importOtlp(request, take));
  using share = new Share(budget);
  const encoding = request.headers['content-encoding'];
  const body = jsonOf(await readBody(request, { encoding, share, withinMillis: SLOWEST_BODY_MILLIS }));
  return (await api.write(path, body)) ?? unknown();
}

function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://localhost');
  } catch (error) {
    throw new DashboardError('ND_PARAMETER_INVALID', 'This is no address.', { cause: error });
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return bytes.byteLength === 0 ? {} : JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new DashboardError('ND_BODY_MALFORMED', 'The body is no JSON.', { cause: error });
  }
}

function unknown(): ApiAnswer {
  return failed(404, 'ND_NOT_FOUND', 'There is nothing here.');
}

function denied({ status, code, message }: NonNullable<Denial>): ApiAnswer {
  return failed(status, code, message);
}

const STATUS: Readonly<Record<string, number>> = {
  ND_BODY_TOO_LARGE: 413,
  ND_BODY_TOO_SLOW: 408,
  ND_RUN_UNKNOWN: 404,
  ND_STORE_IN_USE: 409,
  ND_STORE_UNREADABLE: 409,
  ND_STORE_CLOSED: 503,
  ND_STORE_FAILED: 503,
  ND_STORE_RESTARTING: 503,
  ND_BUSY: 429,
};

function answerTo(error: unknown): ApiAnswer {
  if (!(error instanceof DashboardError)) return failed(500, 'ND_FAILED', 'The dashboard failed to answer.');
  return failed(STATUS[error.code] ?? 400, error.code, error.message);
}

function answer(response: ServerResponse, { status, json }: ApiAnswer): void {
  if (response.headersSent) {
    // In the middle of a file: that it is not whole must be seen.
    if (status >= 400) response.destroy();
    return;
  }
  if (response.destroyed) return;
  if (status >= 400) response.setHeader('Connection', 'close');
  if (status === 429 || status === 503) response.setHeader('Retry-After', SECONDS_TO_WAIT);
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'Content-Type': JSON_TYPE,
    'Content-Length': json.byteLength,
  });
  response.end(json);
}
