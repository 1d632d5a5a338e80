import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { TelemetryOptions } from './telemetry.options.js';

/** Marks the modules of this package, which are no part of what the application is made of. */
export const ownModule = { provide: Symbol('nest-telemetry.own-module'), useValue: true };

/** Nest's own builder gives forRoot and forRootAsync with useFactory, useClass and useExisting. */
export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: TELEMETRY_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<TelemetryOptions>({ moduleName: 'Telemetry' })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createTelemetryOptions')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
