import { Module } from '@nestjs/common';
import {
  MetricService,
  OPENTELEMETRY_MODULE_OPTIONS,
  TraceService,
  WideEventInterceptor,
  WideEventMiddleware,
  WideEventService,
} from './nestjs-otel.js';
import { ownModule } from './telemetry.module-definition.js';

const providers = [
  { provide: OPENTELEMETRY_MODULE_OPTIONS, useValue: {} },
  TraceService,
  MetricService,
  WideEventService,
  WideEventInterceptor,
  WideEventMiddleware,
];

/**
 * What `OpenTelemetryModule.forRoot()` of nestjs-otel provides, without its middleware. That one puts the server span on
 * the request, for wide events; the HTTP server hook does the same, where a middleware for all routes costs every request
 * as much as two spans do.
 */
@Module({ providers: [ownModule, ...providers], exports: providers })
export class NestjsOtelModule {}
