import type { Hook } from './hooks/hook.js';
import { bullmqHook } from './hooks/bullmq.hook.js';
import { cqrsHook } from './hooks/cqrs.hook.js';
import { declaredRoutesHook } from './hooks/declared-routes.hook.js';
import { eventEmitterHook } from './hooks/event-emitter.hook.js';
import { fetchHook } from './hooks/fetch.hook.js';
import { graphqlHook } from './hooks/graphql.hook.js';
import { grpcClientHook } from './hooks/grpc-client.hook.js';
import { grpcServerHook } from './hooks/grpc-server.hook.js';
import { httpExceptionsHook } from './hooks/http-exceptions.hook.js';
import { httpHandlerHook } from './hooks/http-handler.hook.js';
import { httpRoutesHook } from './hooks/http-routes.hook.js';
import { httpServerHook } from './hooks/http-server.hook.js';
import { logLinesHook } from './hooks/log-lines.hook.js';
import { microserviceClientHook } from './hooks/microservice-client.hook.js';
import { microserviceServerHook } from './hooks/microservice-server.hook.js';
import { nestLayersHook } from './hooks/nest-layers.hook.js';
import { nodeHttpHook } from './hooks/node-http.hook.js';
import { pinoHook } from './hooks/pino.hook.js';
import { propagationHook } from './hooks/propagation.hook.js';
import { redactionHook } from './hooks/redaction.hook.js';
import { scheduleHook } from './hooks/schedule.hook.js';
import { typeormHook } from './hooks/typeorm.hook.js';
import { websocketHook } from './hooks/websocket.hook.js';

/** Hooks that need nothing of the application, or nothing yet, and so listen from the first moment on. */
const PROCESS_HOOKS: readonly Hook[] = [
  propagationHook,
  logLinesHook,
  redactionHook,
  fetchHook,
  nodeHttpHook,
  microserviceServerHook,
  grpcServerHook,
  grpcClientHook,
];

/** Hooks into classes of Nest libraries, which work from the moment on in which their modules are initialised. */
const LIBRARY_HOOKS: readonly Hook[] = [websocketHook, scheduleHook, eventEmitterHook, bullmqHook, cqrsHook];

/** Hooks installed while the application is being created; layers before the first handler is put together. */
export const EARLY_HOOKS: readonly Hook[] = [...PROCESS_HOOKS, nestLayersHook, ...LIBRARY_HOOKS];

/** Hooks into the application itself, installed when all of it has been created. */
export const APPLICATION_HOOKS: readonly Hook[] = [
  httpServerHook,
  httpHandlerHook,
  httpRoutesHook,
  declaredRoutesHook,
  httpExceptionsHook,
  typeormHook,
  graphqlHook,
  microserviceClientHook,
  grpcClientHook,
  pinoHook,
];
