import type { ClientRequest, IncomingMessage } from 'node:http';
import { guarded } from '../telemetry.warnings.js';
import type { HttpClientDoor } from './http-client.door.js';
import { HttpClientObserver } from './http-client.observer.js';
import { listen } from './channels.js';
import type { Hook } from './hook.js';
import { targetHost } from './target.host.js';
import { renderedHeader, setRenderedHeader } from './rendered.headers.js';
import { sharedInstallation } from './shared.installation.js';

/** `res` is there as soon as there is an answer, also one that changes the protocol. */
interface Request extends ClientRequest {
  readonly res: IncomingMessage | null;
}

interface RequestMessage {
  readonly request: Request;
  readonly response?: IncomingMessage;
  readonly error?: unknown;
}

const OWNER = 'Tracing of node:http';

const door: HttpClientDoor<Request> = {
  client: 'node:http',
  method: (request) => request.method,
  url(request) {
    // A proxied request has the whole URL as its path.
    if (!request.path.startsWith('/')) return request.path;
    // The header rather than the host connected to: only it has the port, and it is what the server is called.
    const authority = door.header(request, 'host') ?? request.host;
    return `${request.protocol}//${authority}${request.path}`;
  },
  target: (request) => targetHost(request.path) ?? request.host,
  header(request, name) {
    const rendered = renderedHeader(request, name);
    if (rendered !== undefined) return rendered;
    const value = request.getHeader(name);
    return value === undefined ? undefined : String(value);
  },
  setHeader(request, name, value) {
    if (request.headersSent) setRenderedHeader(request, name, value);
    else request.setHeader(name, value);
  },
  answerHeader(answer, name) {
    const value = (answer as IncomingMessage).headers[name];
    return typeof value === 'string' ? value : undefined;
  },
};

const install = sharedInstallation(() => {
  const observer = new HttpClientObserver(door);
  const stop = listen(OWNER, {
    'http.client.request.created': (message) => {
      const { request } = message as RequestMessage;
      observer.started(request);
      // An event of the application's own object: what is thrown here is thrown at the application.
      request.once('close', () => guarded(OWNER, () => closed(observer, request), undefined));
    },
    // Despite its name this is the head of the answer.
    'http.client.response.finish': (message) => {
      const { request, response } = message as RequestMessage;
      if (response !== undefined) answered(observer, request, response);
    },
    'http.client.request.error': (message) => {
      const { request, error } = message as RequestMessage;
      observer.failed(request, error);
    },
  });
  return () => {
    stop();
    observer.close();
  };
});

/**
 * Spans, propagation and durations of `node:http` and `node:https`, and so of axios, got and all that is built on
 * them. Node reports its requests itself, so it does not matter when this is installed or who imported what before.
 */
export const nodeHttpHook: Hook = {
  name: 'node:http',
  install({ options }) {
    if (!options.traces.http.client) return { installed: false, reason: 'traces.http.client is false' };
    return { installed: true, uninstall: install() };
  },
};

function answered(observer: HttpClientObserver<Request>, request: Request, response: IncomingMessage): void {
  observer.answered(request, response, response.statusCode ?? 0, response.httpVersion);
}

/** The last event of every request, after its body was read, failed or given up. */
function closed(observer: HttpClientObserver<Request>, request: Request): void {
  const { res } = request;
  if (res === null) {
    observer.failed(request, request.errored);
  } else if (res.statusCode === 101) {
    answered(observer, request, res);
    observer.finished(request);
  } else if (res.errored) {
    observer.failed(request, res.errored);
  } else if (res.complete && !res.readableEnded) {
    observer.leftUnread(request);
  } else {
    // Also when the application destroyed the response because it had seen enough.
    observer.finished(request);
  }
}
