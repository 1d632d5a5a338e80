// What nestjs-otel and this package share: its services, and the keys under which it keeps wide events. Each from its own
// file, for the index of nestjs-otel also loads host metrics and systeminformation, which nothing here uses.
export { MetricService } from 'nestjs-otel/lib/metrics/metric.service.js';
export { OPENTELEMETRY_MODULE_OPTIONS } from 'nestjs-otel/lib/opentelemetry.constants.js';
export { TraceService } from 'nestjs-otel/lib/tracing/trace.service.js';
export {
  WIDE_EVENT_CONTEXT_KEY,
  WIDE_EVENT_ROOT_SPAN,
} from 'nestjs-otel/lib/wide-events/wide-event.context.js';
export { WideEventInterceptor } from 'nestjs-otel/lib/wide-events/wide-event.interceptor.js';
export { WideEventMiddleware } from 'nestjs-otel/lib/wide-events/wide-event.middleware.js';
export { WideEventService } from 'nestjs-otel/lib/wide-events/wide-event.service.js';
