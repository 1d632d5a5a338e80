import type { Attributes } from '@opentelemetry/api';
import { CODE_FUNCTION_NAME, NESTJS_CQRS_MESSAGE, NESTJS_CQRS_TYPE } from '../../semconv.js';

/** Name and attributes of the span of one message that is handled. Metrics only ever see `low`. */
export interface CqrsSpan {
  readonly name: string;
  readonly low: Attributes;
}

/** What travels on the three buses. */
export type CqrsType = 'command' | 'query' | 'event';

/** A command or query, named `command PlaceOrder`: it has one handler, which is an attribute. */
export function messageSpan(type: CqrsType, message: unknown, handler: string | undefined): CqrsSpan {
  const className = classOf(message);
  const low: Attributes = { [NESTJS_CQRS_TYPE]: type, [NESTJS_CQRS_MESSAGE]: className };
  if (handler !== undefined) low[CODE_FUNCTION_NAME] = `${handler}.execute`;
  return { name: `${type} ${className}`, low };
}

/** An event in one of its handlers, named `event OrderPlaced → SendReceipt`: it may have many. */
export function eventHandlerSpan(event: unknown, handler: string): CqrsSpan {
  const { name, low } = messageSpan('event', event, undefined);
  return { name: `${name} → ${handler}`, low: { ...low, [CODE_FUNCTION_NAME]: `${handler}.handle` } };
}

/** As the buses find the handler: by the constructor that the prototype names. */
function classOf(message: unknown): string {
  if (typeof message !== 'object' || message === null) return typeof message;
  const { name } = (Object.getPrototypeOf(message) as object | null)?.constructor ?? Object;
  return name === '' ? 'anonymous' : name;
}
