import type { Attributes } from '@opentelemetry/api';
import {
  MESSAGING_DESTINATION_NAME,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
  MESSAGING_SYSTEM_NAME,
} from '../../semconv.js';

/** What carries the messages. */
export type WebsocketSystem = 'socket.io' | 'websocket';

/** Name and low-cardinality attributes of a span. */
export interface WebsocketSpan {
  readonly name: string;
  readonly low: Attributes;
}

const MAX_LENGTH = 100;

/**
 * A message for a handler, by the messaging conventions: `process events`. The event is what `@SubscribeMessage()` names
 * and not what the client sent, so there are few.
 */
export function websocketMessage(system: WebsocketSystem, pattern: unknown): WebsocketSpan {
  const event = (typeof pattern === 'string' ? pattern : (JSON.stringify(pattern) ?? '')).slice(
    0,
    MAX_LENGTH,
  );
  return {
    name: `process ${event}`,
    low: {
      [MESSAGING_SYSTEM_NAME]: system,
      [MESSAGING_OPERATION_NAME]: 'process',
      [MESSAGING_OPERATION_TYPE]: 'process',
      [MESSAGING_DESTINATION_NAME]: event,
    },
  };
}

/** A client that comes or goes. */
export function websocketLifecycle(system: WebsocketSystem, event: 'connect' | 'disconnect'): WebsocketSpan {
  return {
    name: `websocket ${event}`,
    low: { [MESSAGING_SYSTEM_NAME]: system, [MESSAGING_OPERATION_NAME]: event },
  };
}
