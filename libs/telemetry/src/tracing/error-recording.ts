import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import { ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_STACKTRACE, EXCEPTION_TYPE } from '../semconv.js';
import { guarded } from '../telemetry.warnings.js';

interface ErrorDescription {
  /** Class of the error, or what `typeof` says of a thrown value that is none. */
  readonly className: string;
  /** What `error.type` becomes: the code when there is one, since it is what people look for (`ECONNREFUSED`). */
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** The span that carries the exception event of an error. */
const eventHolders = new WeakMap<object, Span>();

/**
 * Marks a span as failed: status ERROR with the message, and `error.type`.
 *
 * The exception event with the stack is added where an error is seen first, which is the innermost span. Outer spans
 * of the same trace that the error passes through are marked ERROR without repeating it, unless `attributes` are
 * given. A thrown primitive cannot be recognised again, so every span gets an event for it.
 *
 * @param attributes - added to the exception event
 */
export function recordError(span: Span, error: unknown, attributes?: Attributes): void {
  if (!span.isRecording()) return;
  const { className, type, message, stack } = describeError(error);
  span.setAttribute(ERROR_TYPE, type);
  span.setStatus(message === '' ? { code: SpanStatusCode.ERROR } : { code: SpanStatusCode.ERROR, message });
  if (!takesEvent(span, error, attributes)) return;
  const event: Attributes = {
    ...readable(attributes),
    [EXCEPTION_TYPE]: className,
    [EXCEPTION_MESSAGE]: message,
  };
  if (stack !== undefined) event[EXCEPTION_STACKTRACE] = stack;
  span.addEvent('exception', event);
}

function takesEvent(span: Span, error: unknown, attributes: Attributes | undefined): boolean {
  if (typeof error !== 'object' || error === null) return true;
  const holder = eventHolders.get(error);
  if (holder === span) return false;
  // The trace is compared because one error object may fail many requests: a constant, a cached rejection.
  const inThisTrace = holder !== undefined && holder.spanContext().traceId === span.spanContext().traceId;
  if (inThisTrace && attributes === undefined) return false;
  eventHolders.set(error, span);
  return true;
}

function readable(attributes: Attributes | undefined): Attributes | undefined {
  return attributes && guarded('The attributes of an error', () => ({ ...attributes }), undefined);
}

/** Low-cardinality name of an error for `error.type`: its string `code`, else its class. */
export function errorType(error: unknown): string {
  return describeError(error).type;
}

function describeError(error: unknown): ErrorDescription {
  try {
    if (typeof error === 'object' && error !== null) return describeObject(error);
    const className = error === null ? 'null' : typeof error;
    return { className, type: className, message: String(error), stack: undefined };
  } catch {
    // A getter or proxy of the error threw.
    return { className: '_OTHER', type: '_OTHER', message: '', stack: undefined };
  }
}

function describeObject(error: {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
}): ErrorDescription {
  const { name, code, message, stack } = error;
  // `class NotFound extends Error {}` is named 'Error' unless it says otherwise; its constructor knows better.
  const className =
    typeof name === 'string' && name !== '' && name !== 'Error'
      ? name
      : ((error.constructor as { name?: string } | undefined)?.name ?? 'Object');
  return {
    className,
    type: typeof code === 'string' && code !== '' ? code : className,
    message: typeof message === 'string' ? message : '',
    stack: typeof stack === 'string' ? stack : undefined,
  };
}
