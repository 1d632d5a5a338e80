import { Controller, UsePipes } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Traceable } from 'nest-telemetry';
import { validationPipe } from '../problems/validation.pipe.js';
import { CustomerOrdersService } from './customer-orders.service.js';
import { OrderCreated } from './order-created.event.js';

@Traceable()
@Controller()
@UsePipes(validationPipe)
export class CustomerOrdersController {
  constructor(private readonly orders: CustomerOrdersService) {}

  @EventPattern('order.created')
  orderCreated(@Payload() event: OrderCreated): Promise<void> {
    return this.orders.note(event);
  }
}
