/**
 * The semantic-convention names this library emits, copied from the specification (v1.37 of the stable HTTP, database,
 * exception, service and code conventions; incubating ones are marked). A local copy, so that an upgrade of the
 * conventions package cannot rename what users have built dashboards on.
 */
export const HTTP_REQUEST_METHOD = 'http.request.method';
export const HTTP_REQUEST_METHOD_ORIGINAL = 'http.request.method_original';
export const HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code';
export const HTTP_ROUTE = 'http.route';
export const URL_PATH = 'url.path';
export const URL_QUERY = 'url.query';
export const URL_FULL = 'url.full';
export const URL_SCHEME = 'url.scheme';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';
export const CLIENT_ADDRESS = 'client.address';
export const NETWORK_PEER_ADDRESS = 'network.peer.address';
export const NETWORK_PEER_PORT = 'network.peer.port';
export const NETWORK_PROTOCOL_VERSION = 'network.protocol.version';
export const USER_AGENT_ORIGINAL = 'user_agent.original';
export const ERROR_TYPE = 'error.type';

export const EXCEPTION_TYPE = 'exception.type';
export const EXCEPTION_MESSAGE = 'exception.message';
export const EXCEPTION_STACKTRACE = 'exception.stacktrace';

export const DB_SYSTEM_NAME = 'db.system.name';
export const DB_NAMESPACE = 'db.namespace';
export const DB_COLLECTION_NAME = 'db.collection.name';
export const DB_OPERATION_NAME = 'db.operation.name';
export const DB_QUERY_TEXT = 'db.query.text';
export const DB_QUERY_SUMMARY = 'db.query.summary';
export const DB_RESPONSE_STATUS_CODE = 'db.response.status_code';

export const RPC_SYSTEM_NAME = 'rpc.system.name';
export const RPC_METHOD = 'rpc.method';
export const RPC_STATUS_CODE = 'rpc.status_code';

/** Messaging, from the incubating conventions. */
export const MESSAGING_SYSTEM_NAME = 'messaging.system.name';
export const MESSAGING_OPERATION_NAME = 'messaging.operation.name';
export const MESSAGING_OPERATION_TYPE = 'messaging.operation.type';
export const MESSAGING_DESTINATION_NAME = 'messaging.destination.name';
export const MESSAGING_DESTINATION_TEMPLATE = 'messaging.destination.template';
export const MESSAGING_CONSUMER_GROUP_NAME = 'messaging.consumer.group.name';
export const MESSAGING_MESSAGE_ID = 'messaging.message.id';
export const MESSAGING_BATCH_MESSAGE_COUNT = 'messaging.batch.message_count';

export const SERVICE_NAME = 'service.name';
export const SERVICE_VERSION = 'service.version';
export const SERVICE_INSTANCE_ID = 'service.instance.id';
export const DEPLOYMENT_ENVIRONMENT_NAME = 'deployment.environment.name';

export const CODE_FUNCTION_NAME = 'code.function.name';

/** Nest names, as the contrib instrumentation for older Nest versions used them. */
export const NESTJS_CONTROLLER = 'nestjs.controller';
export const NESTJS_CALLBACK = 'nestjs.callback';
/** The transport of a microservice and the pattern of its handler, as Nest knows them. */
export const NESTJS_TRANSPORT = 'nestjs.transport';
export const NESTJS_PATTERN = 'nestjs.pattern';
/** True when the connection closed before the response was complete. */
export const NESTJS_RESPONSE_ABORTED = 'nestjs.response.aborted';
/** What the WebSocket adapter says of the end of a connection: text of socket.io, the close code of ws. */
export const NESTJS_WEBSOCKET_DISCONNECT_REASON = 'nestjs.websocket.disconnect.reason';

/** GraphQL, from the incubating conventions. */
export const GRAPHQL_OPERATION_TYPE = 'graphql.operation.type';
export const GRAPHQL_OPERATION_NAME = 'graphql.operation.name';
export const GRAPHQL_DOCUMENT = 'graphql.document';
/** Our own: where in the answer a field is, and how many calls of resolvers got no span because there were too many. */
export const GRAPHQL_FIELD_PATH = 'graphql.field.path';
export const GRAPHQL_RESOLVERS_UNTRACED = 'graphql.resolvers.untraced';

/** Class of the provider whose method was called. */
export const NESTJS_PROVIDER = 'nestjs.provider';
/** On links: what the linked span is to the one that has the link. */
export const NESTJS_LINK = 'nestjs.link';
export const NESTJS_SCHEDULE_TYPE = 'nestjs.schedule.type';
export const NESTJS_SCHEDULE_NAME = 'nestjs.schedule.name';
export const NESTJS_SCHEDULE_CRON = 'nestjs.schedule.cron';
export const NESTJS_SCHEDULE_TIME_ZONE = 'nestjs.schedule.time_zone';
/** Milliseconds between two runs, or until the only one. */
export const NESTJS_SCHEDULE_MILLIS = 'nestjs.schedule.milliseconds';
/** The event, or the pattern of events, that a listener is registered for. */
export const NESTJS_EVENT_NAME = 'nestjs.event.name';
/** `command`, `query` or `event`. */
export const NESTJS_CQRS_TYPE = 'nestjs.cqrs.type';
/** Class of the command, query or event. */
export const NESTJS_CQRS_MESSAGE = 'nestjs.cqrs.message';
/** A guard, interceptor, pipe or exception filter that ran: its class, `allowed` or such, and its own seconds. */
export const NESTJS_LAYER_NAME = 'nestjs.layer.name';
export const NESTJS_LAYER_TYPE = 'nestjs.layer.type';
export const NESTJS_LAYER_OUTCOME = 'nestjs.layer.outcome';
export const NESTJS_LAYER_DURATION = 'nestjs.layer.duration';
/** What a pipe was given, e.g. `param id`. */
export const NESTJS_PIPE_ARGUMENT = 'nestjs.pipe.argument';
/** Seconds an interceptor took before it let the handler run, and after that. */
export const NESTJS_INTERCEPTOR_BEFORE = 'nestjs.interceptor.before';
export const NESTJS_INTERCEPTOR_AFTER = 'nestjs.interceptor.after';
/** The context of a line of Nest's logger, usually the class that logs. */
export const NESTJS_LOG_CONTEXT = 'nestjs.log.context';
/** Class of the module something belongs to. */
export const NESTJS_MODULE = 'nestjs.module';

/** Event on a span that is open for long, and how long it was open by then, in seconds. */
export const SPAN_PENDING_EVENT = 'nestjs.span.pending';
export const SPAN_PENDING_SECONDS = 'nestjs.span.open_time';
/** Signal that ended the application, e.g. `SIGTERM`. */
export const NESTJS_SHUTDOWN_SIGNAL = 'nestjs.shutdown.signal';

/** How many traces a kept one stands for, and why it was kept. */
export const SAMPLING_WEIGHT = 'sampling.weight';
export const SAMPLING_REASON = 'sampling.reason';
/** Of a span that is told of by another process, because its own died while it was open. */
export const INTERRUPTED = 'nest_telemetry.interrupted';
