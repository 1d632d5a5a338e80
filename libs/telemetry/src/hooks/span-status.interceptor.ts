import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { tap, type Observable } from 'rxjs';
import { handlerAttributes } from '../tracing/conventions/handler.conventions.js';
import { isServerFault, recordRequestError } from './request-error.js';
import { observationOf } from './server-observation.js';

/**
 * Puts the class and method that handle a request on the current span, and the error when the handler fails. An
 * `HttpException` below 500 is recorded without making the span an error.
 *
 * `TelemetryModule` does this for HTTP without an interceptor; use it with `@UseInterceptors(SpanStatusInterceptor)`
 * where a span is made by hand or by another library: microservice, WebSocket and GraphQL handlers.
 *
 * @since 0.1.0
 */
@Injectable()
export class SpanStatusInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const attributes = handlerAttributes(context.getClass().name, context.getHandler().name);
    const observation = context.getType() === 'http' ? observationOf(context.getArgByIndex(0)) : undefined;
    if (observation) {
      observation.handledBy(attributes);
      // The exceptions hook hears of errors, those of guards and filters included.
      return next.handle();
    }
    const span = trace.getActiveSpan();
    if (span === undefined || !span.isRecording()) return next.handle();
    span.setAttributes(attributes);
    return next
      .handle()
      .pipe(tap({ error: (error: unknown) => recordRequestError(span, error, isServerFault(error)) }));
  }
}
