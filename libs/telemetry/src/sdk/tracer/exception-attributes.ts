import type { Attributes, Exception } from '@opentelemetry/api';
import { EXCEPTION_MESSAGE, EXCEPTION_STACKTRACE, EXCEPTION_TYPE } from '../../semconv.js';

/**
 * What an exception says of itself, as the official SDK reads it; `undefined` if it says nothing. Anything can be
 * thrown, also objects whose properties throw: these are left out.
 */
export function exceptionAttributes(exception: Exception): Attributes | undefined {
  if (typeof exception === 'string') return exception === '' ? undefined : { [EXCEPTION_MESSAGE]: exception };
  if (!exception) return undefined;
  const type =
    textOf(() => (exception.code ? exception.code.toString() : undefined)) ?? read(exception, 'name');
  const message = read(exception, 'message');
  if (!type && !message) return undefined;
  const attributes: Attributes = {};
  if (type) attributes[EXCEPTION_TYPE] = type;
  if (message) attributes[EXCEPTION_MESSAGE] = message;
  const stack = read(exception, 'stack');
  if (stack) attributes[EXCEPTION_STACKTRACE] = stack;
  return attributes;
}

function read(exception: object, property: string): string | undefined {
  return textOf(() => (exception as Record<string, string | undefined>)[property]);
}

function textOf(get: () => string | undefined): string | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}
