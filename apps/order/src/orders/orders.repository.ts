import { Injectable } from '@nestjs/common';
import { Traceable } from 'nest-telemetry';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { Order, OrderLine } from './order.entity.js';

export type NewOrder = Omit<Order, 'id' | 'lines' | 'paymentId'> & {
  readonly lines: readonly Omit<OrderLine, 'id' | 'order'>[];
};

@Traceable()
@Injectable()
export class OrdersRepository {
  constructor(private readonly database: Database) {}

  findById(tenant: string, id: number): Promise<Order | null> {
    return this.database.run((manager) =>
      manager.findOne(Order, { where: { id, tenant }, relations: { lines: true } }),
    );
  }

  findByKey(tenant: string, idempotencyKey: string): Promise<Order | null> {
    return this.database.run((manager) =>
      manager.findOne(Order, { where: { tenant, idempotencyKey }, relations: { lines: true } }),
    );
  }

  async add({ lines, ...values }: NewOrder, manager: EntityManager): Promise<Order> {
    const order = manager.create(Order, { ...values, paymentId: null });
    await manager.insert(Order, order);
    order.lines = lines.map((line) => manager.create(OrderLine, { ...line, order: { id: order.id } }));
    await manager.insert(OrderLine, order.lines);
    return order;
  }

  async setPayment(order: Order, paymentId: string, manager: EntityManager): Promise<void> {
    await manager.update(Order, { id: order.id }, { paymentId });
  }
}
