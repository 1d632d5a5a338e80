import { StreamableFile } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { errorMonitor, type EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { observationOf, type ServerObservation } from './server-observation.js';

/** Records errors of streams that are piped into the response: once headers are sent, no filter hears of them. */
export function watchResponse(response: ServerResponse): void {
  response.on('pipe', watchSource);
}

/** One function for all responses: they carry the way to their observation. */
function watchSource(this: ServerResponse, source: EventEmitter): void {
  const observation = observationOf(this.req);
  if (observation) watch(source, observation);
}

/**
 * The same for what handlers return. The adapter puts a stream of its own between an object-mode source and the
 * response, which then fails without an error.
 */
export function watchReplies(adapter: AbstractHttpAdapter): () => void {
  const reply = adapter.reply.bind(adapter);
  const watchingReply: typeof reply = (response: FrameworkResponse, body: unknown, statusCode) => {
    if (body instanceof StreamableFile) {
      const observation = observationOf(requestBehind(response));
      if (observation) watch(body.getStream(), observation);
    }
    return reply(response, body, statusCode) as unknown;
  };
  const wasOwn = Object.hasOwn(adapter, 'reply');
  adapter.reply = watchingReply;
  return () => {
    if (adapter.reply !== watchingReply) return;
    if (wasOwn) adapter.reply = reply;
    else Reflect.deleteProperty(adapter, 'reply');
  };
}

/** Fastify's reply and Node's response name it differently. */
interface FrameworkResponse {
  readonly request?: unknown;
  readonly req?: unknown;
}

function requestBehind({ request, req }: FrameworkResponse): unknown {
  return request ?? req;
}

function watch(source: EventEmitter, observation: ServerObservation): void {
  // `errorMonitor` does not count as handling: an error nobody handles still ends the process.
  source.on(errorMonitor, (error: unknown) => observation.failed(error));
}
