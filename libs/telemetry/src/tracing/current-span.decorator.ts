import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { context, trace, type Span } from '@opentelemetry/api';

/** What `@CurrentSpan()` hands to the handler. */
export const currentSpanParamFactory = (_data?: unknown, _context?: ExecutionContext): Span | undefined =>
  trace.getSpan(context.active());

/**
 * The span a handler parameter is resolved in: that of the request or message. The span of a `@Span()` on the handler
 * itself starts only after its arguments are known; use `TracerService.currentSpan()` for that one.
 * @since 0.1.0
 */
export const CurrentSpan = createParamDecorator(currentSpanParamFactory);
