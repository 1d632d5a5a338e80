import { Inject, type DynamicModule, type NestModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DashboardMount } from './dashboard.mount.js';
import { resolveMount, type TelemetryDashboardOptions } from './telemetry.dashboard.options.js';

/**
 * A dashboard for development that starts and stops with the application. Its page, its receivers and its data are on
 * ports and threads of their own; the application has one path that leads there.
 *
 * @example
 * ```ts
 * @Module({ imports: [TelemetryModule.forRoot(), TelemetryDashboardModule.forRoot({ path: '/telemetry' })] })
 * export class AppModule {}
 * ```
 * @since 0.1.0
 */
export class TelemetryDashboardModule implements NestModule {
  readonly #mount: DashboardMount;

  constructor(@Inject(DashboardMount) mount: DashboardMount) {
    this.#mount = mount;
  }

  /** Called by Nest before it registers the routes of the application. */
  configure(): void {
    this.#mount.mount();
  }

  /**
   * @throws DashboardError `ND_PRODUCTION` with `NODE_ENV=production`, unless it is allowed and has a token;
   * `ND_OPTION_INVALID` for a path that is none. Other options are looked at when the application starts.
   */
  static forRoot(options: TelemetryDashboardOptions = {}): DynamicModule {
    const settings = resolveMount(options, process.env);
    return {
      module: TelemetryDashboardModule,
      providers: [
        {
          provide: DashboardMount,
          useFactory: ({ httpAdapter }: HttpAdapterHost) => new DashboardMount(settings, httpAdapter),
          inject: [HttpAdapterHost],
        },
      ],
    };
  }
}
