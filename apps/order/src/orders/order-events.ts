import { Inject, Injectable, Logger } from '@nestjs/common';
import { ClientProxy } from '@nestjs/microservices';
import type { Order } from './order.entity.js';

export const BROKER = Symbol('broker');

/** Tells other services what happened to orders. */
@Injectable()
export class OrderEvents {
  private readonly logger = new Logger(OrderEvents.name);

  constructor(@Inject(BROKER) private readonly broker: ClientProxy) {}

  /** In passing: the order counts whether or not anybody hears of it, so nothing waits and nothing is thrown. */
  created({ id, userId }: Order): void {
    this.broker.emit('order.created', { orderId: id, userId }).subscribe({
      error: (error) => this.logger.error(`That order ${id} was created could not be told: ${String(error)}`),
    });
  }
}
