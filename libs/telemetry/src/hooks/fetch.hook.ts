import type { HttpClientDoor } from './http-client.door.js';
import { HttpClientObserver } from './http-client.observer.js';
import { targetHost } from './target.host.js';
import { listen } from './channels.js';
import type { Hook } from './hook.js';
import { sharedInstallation } from './shared.installation.js';

/** The part of undici's request object that is the same in versions 5 to 8. */
interface UndiciRequest {
  readonly origin: string | URL;
  readonly path: string;
  readonly method: string;
  /** Set for WebSockets and other changes of protocol. */
  readonly upgrade?: unknown;
  /** Names and values in turn; one string of header lines in version 5. */
  headers: (string | string[])[] | string;
  addHeader?(name: string, value: string): unknown;
}

interface UndiciResponse {
  readonly statusCode: number;
  /** Names and values in turn. */
  readonly headers?: readonly (Buffer | string)[];
}

interface UndiciMessage {
  readonly request: UndiciRequest;
  readonly response?: UndiciResponse;
  readonly error?: unknown;
}

const door: HttpClientDoor<UndiciRequest> = {
  client: 'fetch',
  method: (request) => request.method,
  // A proxied request has the whole URL as its path.
  url: ({ origin, path }) => (path.startsWith('/') ? `${originOf(origin)}${path}` : path),
  target: ({ origin, path }) => targetHost(path) ?? hostOf(origin),
  header({ headers }, name) {
    if (typeof headers === 'string') return headerLine(headers, name)?.[1];
    const at = headerIndex(headers, name);
    return at < 0 ? undefined : String(headers[at + 1]);
  },
  setHeader(request, name, value) {
    const { headers } = request;
    if (typeof headers === 'string') {
      const line = headerLine(headers, name);
      if (line !== undefined) request.headers = headers.replace(line[0], '');
    } else {
      const at = headerIndex(headers, name);
      if (at >= 0) headers.splice(at, 2);
    }
    if (request.addHeader !== undefined) request.addHeader(name, value);
    else if (typeof request.headers === 'string') request.headers += `${name}: ${value}\r\n`;
    else request.headers.push(name, value);
  },
  answerHeader(answer, name) {
    const { headers = [] } = answer as UndiciResponse;
    for (let at = 0; at < headers.length; at += 2) {
      if (headers[at]?.length === name.length && String(headers[at]).toLowerCase() === name)
        return String(headers[at + 1]);
    }
    return undefined;
  },
};

const install = sharedInstallation(() => {
  const observer = new HttpClientObserver(door);
  const stop = listen('Tracing of fetch', {
    'undici:request:create': (message) => {
      const { request } = message as UndiciMessage;
      // Neither is a request and an answer: undici reports no end of them, and a tunnel carries the real request.
      if (request.upgrade || request.method === 'CONNECT') return;
      observer.started(request);
    },
    'undici:request:headers': (message) => {
      const { request, response } = message as UndiciMessage;
      if (response !== undefined) observer.answered(request, response, response.statusCode);
    },
    'undici:request:trailers': (message) => observer.finished((message as UndiciMessage).request),
    'undici:request:error': (message) => {
      const { request, error } = message as UndiciMessage;
      if (error === undefined || error === null) observer.leftUnread(request);
      else if (isCancelledBody(error)) observer.finished(request);
      else observer.failed(request, error);
    },
  });
  return () => {
    stop();
    observer.close();
  };
});

/**
 * Spans, propagation and durations of `fetch` and everything else that is undici. Undici reports its requests itself,
 * so it does not matter when this is installed or who holds a reference to `fetch`. Every hop of a redirect is a
 * request of its own.
 */
export const fetchHook: Hook = {
  name: 'fetch',
  install({ options }) {
    if (!options.traces.http.client) return { installed: false, reason: 'traces.http.client is false' };
    return { installed: true, uninstall: install() };
  },
};

function originOf(origin: string | URL): string {
  return typeof origin === 'string' ? origin : origin.origin;
}

function hostOf(origin: string | URL): string {
  return typeof origin === 'string' ? origin.slice(origin.indexOf('//') + 2) : origin.hostname;
}

function headerIndex(headers: readonly (string | string[])[], name: string): number {
  for (let at = 0; at < headers.length; at += 2) {
    const candidate = headers[at];
    if (
      typeof candidate === 'string' &&
      candidate.length === name.length &&
      candidate.toLowerCase() === name
    ) {
      return at;
    }
  }
  return -1;
}

function headerLine(headers: string, name: string): RegExpExecArray | undefined {
  return new RegExp(`^${name}:[ \\t]*([^\\r\\n]*)\\r\\n`, 'im').exec(headers) ?? undefined;
}

/**
 * `response.body.cancel()` is how an application says that it has seen enough, not a failure. Undici makes this error
 * for it; one that came from an AbortSignal reads "This operation was aborted".
 */
function isCancelledBody(error: unknown): boolean {
  const { name, message } = error as { name?: unknown; message?: unknown };
  return name === 'AbortError' && message === 'The operation was aborted.';
}
