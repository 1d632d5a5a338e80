/**
 * Observability for NestJS: traces, metrics and logs that belong together.
 *
 * ```ts
 * @Module({ imports: [TelemetryModule.forRoot({ serviceName: 'shop' })] })
 * export class AppModule {}
 * ```
 * @module
 */
export { TelemetryModule } from './telemetry.module.js';
export type {
  AttributeScalar,
  AutoTraceCandidate,
  AutoTraceOptions,
  AutoTracePattern,
  BatchOptions,
  ErrorRateSamplingOptions,
  ForceSamplingOptions,
  GraphqlOptions,
  EventTrace,
  HttpOptions,
  HttpRequestInfo,
  InboundPolicy,
  JobsOptions,
  KeepLimits,
  KeepOptions,
  KeepRule,
  LibraryOptions,
  LayerDetail,
  LayersOptions,
  LogExporterName,
  LogLevelName,
  LogsOptions,
  MessageInfo,
  MessagesOptions,
  MessageTransportName,
  MetricExporterName,
  MetricsOptions,
  OtlpOptions,
  OtlpProtocol,
  ParentDecision,
  ParentSamplingOptions,
  PropagationOptions,
  PropagatorName,
  SamplingRule,
  RedactionLimits,
  RedactionOptions,
  RedactionPattern,
  RedactionStrategy,
  ShutdownOptions,
  SpanCriteria,
  SpanHygieneOptions,
  TelemetryOptions,
  TelemetryOptionsFactory,
  TraceExporterName,
  TracesOptions,
  WebsocketsOptions,
  WideEventsOptions,
} from './telemetry.options.js';
export { TelemetryError, type ErrorDetails, type TelemetryCode } from './telemetry.errors.js';

export { Baggage } from './tracing/baggage.decorator.js';
export { CurrentSpan } from './tracing/current-span.decorator.js';
export { InjectTracer } from './tracing/inject-tracer.decorator.js';
export { NoSpan } from './tracing/no-span.decorator.js';
export { runInSpan } from './tracing/run-in-span.js';
export type { RunInSpanOptions } from './tracing/run-in-span.options.js';
export { SpanAttribute } from './tracing/span-attribute.decorator.js';
export { Span, type SpanDecorator, type SpanDecoratorOptions } from './tracing/span.decorator.js';
export { Traceable } from './tracing/traceable.decorator.js';
export { TracerService } from './tracing/tracer.service.js';

export { InjectMeter } from './metrics/inject-meter.decorator.js';
export type { HistogramOptions } from './metrics/application.instruments.js';
export type {
  BindableCounter,
  BindableHistogram,
  BoundCounter,
  BoundHistogram,
} from './metrics/bound.instruments.js';
export { MeterService, type ObservableOptions } from './metrics/meter.service.js';

export type { AnyCarrier, Carrier } from './propagation/carrier.js';
export { extract, type ExtractOptions } from './propagation/extract.js';
export { inject, type InjectOptions } from './propagation/inject.js';

export type { LogEventOptions } from './logging/log-event.options.js';
export { pinoMixin } from './logging/pino.mixin.js';
export { pinoTelemetry, type PinoTelemetryOptions } from './logging/pino.options.js';
export type { TelemetryFields } from './logging/trace.fields.js';
export type { TelemetryLoggerOptions } from './logging/logger.options.js';
export { TelemetryLogger } from './logging/telemetry.logger.js';
export { winstonTelemetry, type WinstonTelemetryFormat } from './logging/winston.format.js';

export { Counted, type CountedOptions } from './hooks/methods/counted.decorator.js';
export { InFlight, type InFlightOptions } from './hooks/methods/in-flight.decorator.js';
export type { FromCall, HighAttributes, LowAttributes } from './hooks/methods/low.attributes.js';
export type { MeasuredOptions } from './hooks/methods/measured.method.js';
export { observe, type ObserveOptions } from './hooks/methods/observe.js';
export {
  Observed,
  type ObservedDecorator,
  type ObservedOptions,
} from './hooks/methods/observed.decorator.js';
export { Timed, type TimedOptions } from './hooks/methods/timed.decorator.js';
export { SpanStatusInterceptor } from './hooks/span-status.interceptor.js';
export { BaggageSpanProcessor } from './processors/baggage.span-processor.js';
export {
  LoggingSpanProcessor,
  type SpanLog,
  type SpanLogFields,
} from './processors/logging.span-processor.js';
export { SanitizingSpanProcessor } from './processors/sanitizing.span-processor.js';
