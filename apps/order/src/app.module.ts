import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { TelemetryModule } from 'nest-telemetry';
import { DatabaseModule } from './database/database.module.js';
import { HealthController } from './health/health.controller.js';
import { InventoryModule } from './inventory/inventory.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { validationPipe } from './problems/validation.pipe.js';
import { ProductsModule } from './products/products.module.js';
import { SettingsModule } from './settings.js';
import { TenantInterceptor } from './tenancy/tenant.interceptor.js';

@Module({
  imports: [
    TelemetryModule.forRoot({
      serviceName: 'order',
      propagation: { baggageAttributes: ['tenant', 'environment'] },
    }),
    SettingsModule,
    DatabaseModule,
    ProductsModule,
    InventoryModule,
    OrdersModule,
  ],
  controllers: [HealthController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_INTERCEPTOR, useClass: TenantInterceptor },
    { provide: APP_PIPE, useValue: validationPipe },
  ],
})
export class AppModule {}
