import { hash } from 'node:crypto';
import { Injectable, Logger, NotFoundException, UnprocessableEntityException } from '@nestjs/common';
import { SpanStatusCode } from '@opentelemetry/api';
import { Span, SpanAttribute, TracerService } from 'nest-telemetry';
import { Database } from '../database/database.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import { InventoryService } from '../inventory/inventory.service.js';
import { PaymentsService } from '../payments/payments.service.js';
import { ReceiptQueue } from '../receipts/receipt.queue.js';
import type { Order } from './order.entity.js';
import { OrderEvents } from './order-events.js';
import { OrderValidator } from './order.validator.js';
import type { PlaceOrderBody } from './orders.dto.js';
import { type NewOrder, OrdersRepository } from './orders.repository.js';

export interface PlaceOrder extends PlaceOrderBody {
  readonly tenant: string;
  readonly idempotencyKey: string | null;
}

@Injectable()
export class OrdersService {
  private readonly logger = new Logger(OrdersService.name);

  constructor(
    private readonly orders: OrdersRepository,
    private readonly validator: OrderValidator,
    private readonly inventory: InventoryService,
    private readonly payments: PaymentsService,
    private readonly events: OrderEvents,
    private readonly receipts: ReceiptQueue,
    private readonly database: Database,
    private readonly tracer: TracerService,
  ) {}

  @Span('get-order')
  async get(tenant: string, @SpanAttribute('order.id') id: number): Promise<Order> {
    const order = await this.orders.findById(tenant, id);
    if (order !== null) return order;
    throw new NotFoundException({
      message: `Order ${id} does not exist.`,
      errors: [{ field: 'id', message: 'no such order' }],
    });
  }

  /** Everything or nothing: an order is kept only with its stock taken and its payment authorised. */
  @Span('process-order')
  async place(request: PlaceOrder): Promise<Order> {
    const earlier = await this.findEarlier(request);
    if (earlier !== undefined) return earlier;

    const lines = await this.validator.validate(request);
    this.tracer.addEvent('validation-passed', { 'order.lines': lines.length });
    const totalCents = lines.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
    const { tenant, idempotencyKey, userId } = request;
    try {
      const order = await this.commit(
        { tenant, idempotencyKey, userId, totalCents, lines, fingerprint: fingerprintOf(request) },
        request.cardToken,
      );
      this.tracer.addEvent('order-completed', { 'order.id': order.id });
      this.tracer.currentSpan()?.setStatus({ code: SpanStatusCode.OK });
      this.logger.log(`Order ${order.id} of user ${userId} was placed for ${totalCents} cents`);
      this.events.created(order);
      this.receipts.send(order);
      return order;
    } catch (error) {
      // The same key arrived twice at once, and the other one was first.
      const first = isUniqueViolation(error) ? await this.findEarlier(request) : undefined;
      if (first !== undefined) return first;
      this.logger.warn(`Order of user ${userId} was rolled back: ${String(error)}`);
      throw error;
    }
  }

  private async commit(newOrder: NewOrder, cardToken: string): Promise<Order> {
    let paymentId: string | undefined;
    try {
      return await this.database.transaction(async (manager) => {
        // First, so that the unique key stops a repeated order before it takes stock and money.
        const order = await this.orders.add(newOrder, manager);
        const lines = newOrder.lines.map((line, index) => ({ ...line, path: `lines.${index}` }));
        await this.inventory.reserve(lines, manager);
        paymentId = await this.payments.authorize({ amountCents: newOrder.totalCents, cardToken });
        this.tracer.addEvent('payment-authorized', { 'payment.id': paymentId });
        await this.orders.setPayment(order, paymentId, manager);
        return order;
      });
    } catch (error) {
      if (paymentId !== undefined) await this.payments.void(paymentId);
      throw error;
    }
  }

  private async findEarlier(request: PlaceOrder): Promise<Order | undefined> {
    const { tenant, idempotencyKey } = request;
    if (idempotencyKey === null) return undefined;
    const order = await this.orders.findByKey(tenant, idempotencyKey);
    if (order === null) return undefined;
    if (order.fingerprint !== fingerprintOf(request)) {
      throw new UnprocessableEntityException({
        message: 'This idempotency key was used for another order.',
        errors: [{ field: 'idempotency-key', message: 'used for another order' }],
      });
    }
    this.logger.log(`Order ${order.id} was asked for again`);
    return order;
  }
}

function fingerprintOf({ userId, lines }: PlaceOrder): string {
  return hash('sha256', JSON.stringify([userId, lines.map(({ sku, quantity }) => [sku, quantity])]));
}
