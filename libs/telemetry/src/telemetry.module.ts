import { type DynamicModule, Module, type NestModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { watchCreation } from './hooks/lifecycle/creation.watch.js';
import { TelemetryLogger } from './logging/telemetry.logger.js';
import { meterProviders } from './metrics/inject-meter.decorator.js';
import { MeterService } from './metrics/meter.service.js';
import { NestjsOtelModule } from './nestjs-otel.module.js';
import { announceModule } from './sdk/runtime-lease.js';
import { TelemetryApplication } from './telemetry.application.js';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  ownModule,
  type OPTIONS_TYPE,
  TELEMETRY_OPTIONS,
} from './telemetry.module-definition.js';
import type { TelemetryOptions } from './telemetry.options.js';
import { resolveForApplication } from './telemetry.settings.js';
import { tracerProvider } from './tracing/inject-tracer.decorator.js';
import { TracerService } from './tracing/tracer.service.js';

/**
 * Traces, metrics and logs of a Nest application.
 *
 * ```ts
 * @Module({ imports: [TelemetryModule.forRoot({ serviceName: 'shop' })] })
 * export class AppModule {}
 * ```
 *
 * Import it once, in the root module. `nestjs-otel` is registered with it, so that its services, decorators and wide
 * events can be injected and used unchanged.
 * @since 0.1.0
 */
@Module({
  imports: [NestjsOtelModule],
  providers: [
    ownModule,
    {
      provide: TelemetryApplication,
      useFactory: (options: TelemetryOptions, modules: ModulesContainer, adapterHost?: HttpAdapterHost) =>
        TelemetryApplication.of({ raw: options, modules, adapterHost, ...resolveForApplication(options) }),
      inject: [TELEMETRY_OPTIONS, ModulesContainer, { token: HttpAdapterHost, optional: true }],
    },
    {
      provide: TelemetryLogger,
      useFactory: (application: TelemetryApplication) => application.logger,
      inject: [TelemetryApplication],
    },
    TracerService,
    tracerProvider,
    ...meterProviders,
  ],
  exports: [TelemetryLogger, TracerService, tracerProvider, ...meterProviders, NestjsOtelModule],
})
export class TelemetryModule extends ConfigurableModuleClass implements NestModule, OnModuleInit {
  constructor(
    private readonly application: TelemetryApplication,
    meters: MeterService,
  ) {
    super();
    application.afterLastFlush(() => meters.release());
  }

  /**
   * @throws TelemetryError `NT_OPTION_INVALID` at start, for an option that is not allowed, unless `failFast` is false.
   */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    announceModule();
    watchCreation();
    return super.forRoot(options);
  }

  /** The same with options that come from a factory, a class, or a provider that exists already. */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    announceModule();
    watchCreation();
    return super.forRootAsync(options);
  }

  // Nest calls `configure` only where there is HTTP, but then before routes are registered, which is when hooks of the
  // adapter must be set.
  configure(): void {
    this.application.install();
  }

  onModuleInit(): void {
    this.application.install();
  }
}
