import { Module } from '@nestjs/common';
import { InventoryModule } from '../inventory/inventory.module.js';
import { PaymentsService } from '../payments/payments.service.js';
import { ProductsModule } from '../products/products.module.js';
import { UsersModule } from '../users/users.module.js';
import { OrderValidator } from './order.validator.js';
import { OrdersController } from './orders.controller.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersService } from './orders.service.js';

@Module({
  imports: [ProductsModule, InventoryModule, UsersModule],
  controllers: [OrdersController],
  providers: [OrdersService, OrdersRepository, OrderValidator, PaymentsService],
})
export class OrdersModule {}
