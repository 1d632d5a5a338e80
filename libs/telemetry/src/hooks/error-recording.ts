import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import { ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_STACKTRACE, EXCEPTION_TYPE } from '../semconv.js';

// Stands in for tracing/error-recording.ts, with its signatures, until both are on one branch. `recordException` has no
// counterpart there yet: an error that is the client's fault belongs on the span without making it an error span.

/** Adds the exception to the span and marks the span as failed. */
export function recordError(span: Span, error: unknown, attributes?: Attributes): void {
  recordException(span, error, attributes);
  const { message } = describe(error);
  span.setStatus(message === '' ? { code: SpanStatusCode.ERROR } : { code: SpanStatusCode.ERROR, message });
}

/** Adds the exception and `error.type` to the span and leaves its status alone. */
export function recordException(span: Span, error: unknown, attributes?: Attributes): void {
  if (!span.isRecording()) return;
  const { className, type, message, stack } = describe(error);
  span.setAttribute(ERROR_TYPE, type);
  const event: Attributes = { ...attributes, [EXCEPTION_TYPE]: className, [EXCEPTION_MESSAGE]: message };
  if (stack !== undefined) event[EXCEPTION_STACKTRACE] = stack;
  span.addEvent('exception', event);
}

/** Low-cardinality name of an error for `error.type`: its string `code`, else its class. */
export function errorType(error: unknown): string {
  return describe(error).type;
}

interface ErrorDescription {
  readonly className: string;
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
}

function describe(error: unknown): ErrorDescription {
  try {
    if (typeof error !== 'object' || error === null) {
      const className = error === null ? 'null' : typeof error;
      return { className, type: className, message: String(error), stack: undefined };
    }
    const { name, code, message, stack } = error as Partial<NodeJS.ErrnoException>;
    const className =
      typeof name === 'string' && name !== '' && name !== 'Error' ? name : error.constructor.name;
    return {
      className,
      type: typeof code === 'string' && code !== '' ? code : className,
      message: typeof message === 'string' ? message : '',
      stack: typeof stack === 'string' ? stack : undefined,
    };
  } catch {
    // A getter or proxy of the error threw.
    return { className: '_OTHER', type: '_OTHER', message: '', stack: undefined };
  }
}
