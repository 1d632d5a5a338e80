import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Traceable } from 'nest-telemetry';
import { Repository } from 'typeorm';
import { CustomerOrder } from './customer-order.entity.js';
import type { OrderCreated } from './order-created.event.js';

@Traceable()
@Injectable()
export class CustomerOrdersService {
  private readonly logger = new Logger(CustomerOrdersService.name);

  constructor(@InjectRepository(CustomerOrder) private readonly orders: Repository<CustomerOrder>) {}

  /** Brokers may deliver an event more than once; the order counts once. */
  async note({ orderId, userId }: OrderCreated): Promise<void> {
    await this.orders.createQueryBuilder().insert().values({ orderId, userId }).orIgnore().execute();
    this.logger.log(`Order ${orderId} of user ${userId} was noted`);
  }
}
