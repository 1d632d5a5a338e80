import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { TelemetryModule } from 'nest-telemetry';
import { CustomerOrdersModule } from './customer-orders/customer-orders.module.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthController } from './health/health.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { validationPipe } from './problems/validation.pipe.js';
import { RequestLogInterceptor } from './request-log.interceptor.js';
import { SettingsModule } from './settings.js';
import { UsersModule } from './users/users.module.js';

@Module({
  imports: [
    TelemetryModule.forRoot({
      serviceName: 'user',
      propagation: { baggageAttributes: ['tenant', 'environment'] },
    }),
    SettingsModule,
    DatabaseModule,
    UsersModule,
    CustomerOrdersModule,
  ],
  controllers: [HealthController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_INTERCEPTOR, useClass: RequestLogInterceptor },
    { provide: APP_PIPE, useValue: validationPipe },
  ],
})
export class AppModule {}
