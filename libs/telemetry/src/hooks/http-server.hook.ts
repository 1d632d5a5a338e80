import type { AbstractHttpAdapter } from '@nestjs/core';
import type { RequestMethod } from '@nestjs/common';
import { context, type Context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { reasonOf, warn } from '../telemetry.warnings.js';
import { claimSlot, REQUEST_SLOT, ROUTE_SLOT } from './adapter-slot.js';
import type { Hook } from './hook.js';
import { IncomingRequest, rawRequestOf, type FrameworkRequest } from './incoming-request.js';
import { onResponseEnd } from './response-end.js';
import {
  activeObservation,
  leaveUnobserved,
  observationOf,
  ServerObservation,
  type FastifyReply,
} from './server-observation.js';
import { serverSettings, type ServerSettings } from './server-settings.js';
import { watchReplies, watchResponse } from './response-streams.js';

type Done = (error?: unknown) => void;
/** Fastify hands out its own reply, Express Node's response. */
type FrameworkResponse = ServerResponse | FastifyReply;
type RequestHook = (request: FrameworkRequest, response: FrameworkResponse, done: Done) => unknown;
type RouteHook = (method: RequestMethod, template: string) => void;

/**
 * One server span and one duration per HTTP request, through the hooks of Nest's adapters: the same on Express and
 * Fastify, whatever was imported first.
 *
 * It has to be installed before `app.init()` registers the routes. Requests that never reach an adapter hook are not
 * seen: those Node's parser refuses, and those Fastify's router refuses (malformed or over-long URLs).
 */
export const httpServerHook: Hook = {
  name: 'http server',

  install({ options, httpAdapter, logger }) {
    if (!hasHooks(httpAdapter)) {
      return { installed: false, reason: 'the application has no HTTP adapter with request hooks' };
    }
    const settings = serverSettings(options, process.env, logger);
    let active = true;
    const observe = (request: FrameworkRequest, response: FrameworkResponse): Context | undefined =>
      active ? observed(request, response, settings) : undefined;

    const releases = [
      claimSlot<RequestHook>(httpAdapter, REQUEST_SLOT, (other) => {
        const passedOn = new WeakSet<IncomingMessage>();
        return (request, response, done) => {
          const requestContext = observe(request, response);
          const next = other();
          const raw = rawRequestOf(request);
          // Another owner may have kept our function and call it: the circle ends here.
          if (next === undefined || passedOn.has(raw)) {
            if (requestContext === undefined) done();
            else context.with(requestContext, done);
            return undefined;
          }
          passedOn.add(raw);
          // What the other owner returns goes back to the adapter, which waits for promises.
          const callNext = (): unknown => next.call(httpAdapter, request, response, done);
          return requestContext === undefined ? callNext() : context.with(requestContext, callNext);
        };
      }),
      claimSlot<RouteHook>(httpAdapter, ROUTE_SLOT, (other) => {
        let passingOn = false;
        return (method, template) => {
          if (passingOn) return;
          if (active) activeObservation()?.routed(template);
          passingOn = true;
          try {
            other()?.(method, template);
          } finally {
            passingOn = false;
          }
        };
      }),
      watchReplies(httpAdapter),
    ];

    return {
      installed: true,
      uninstall() {
        active = false;
        for (const release of releases) release();
      },
    };
  },
};

function hasHooks(adapter: AbstractHttpAdapter | undefined): adapter is AbstractHttpAdapter {
  return typeof adapter?.setOnRequestHook === 'function' && typeof adapter.setOnRouteTriggered === 'function';
}

/** The context to serve a request in, or undefined when it is to be served as if we were not there. */
function observed(
  request: FrameworkRequest,
  response: FrameworkResponse,
  settings: ServerSettings,
): Context | undefined {
  const raw = rawRequestOf(request);
  if (observationOf(raw) !== undefined) return undefined;
  try {
    const incoming = new IncomingRequest(raw, request);
    if (settings.http.ignore(incoming)) {
      leaveUnobserved(raw);
      // Otherwise every span inside would become the root of a trace of its own.
      return suppressTracing(context.active());
    }
    return start(incoming, raw, response, settings);
  } catch (error) {
    warn('NT_USER_CODE_FAILED', { where: 'HTTP server hook', reason: reasonOf(error) });
    return undefined;
  }
}

function start(
  incoming: IncomingRequest,
  raw: IncomingMessage,
  response: FrameworkResponse,
  settings: ServerSettings,
): Context {
  const rawResponse = 'raw' in response ? response.raw : response;
  const observation = new ServerObservation(incoming, rawResponse, raw, response, settings);
  onResponseEnd(raw, rawResponse, () => observation.end());
  watchResponse(rawResponse);
  return observation.context;
}
