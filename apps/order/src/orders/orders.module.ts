import { Module } from '@nestjs/common';
import { ClientsModule } from '@nestjs/microservices';
import { eventsClient } from '../events/broker.js';
import { InventoryModule } from '../inventory/inventory.module.js';
import { PaymentsService } from '../payments/payments.service.js';
import { ProductsModule } from '../products/products.module.js';
import { ReceiptQueue } from '../receipts/receipt.queue.js';
import { ReceiptsService } from '../receipts/receipts.service.js';
import { Settings } from '../settings.js';
import { UsersModule } from '../users/users.module.js';
import { BROKER, OrderEvents } from './order-events.js';
import { OrderValidator } from './order.validator.js';
import { OrdersController } from './orders.controller.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersService } from './orders.service.js';

@Module({
  imports: [
    ProductsModule,
    InventoryModule,
    UsersModule,
    ClientsModule.registerAsync([{ name: BROKER, inject: [Settings], useFactory: eventsClient }]),
  ],
  controllers: [OrdersController],
  providers: [
    OrdersService,
    OrdersRepository,
    OrderValidator,
    OrderEvents,
    PaymentsService,
    ReceiptQueue,
    ReceiptsService,
  ],
})
export class OrdersModule {}
