import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Headers,
  Param,
  Post,
  UseInterceptors,
} from '@nestjs/common';
import { Tenant } from '../tenancy/tenant.js';
import { OrderMetricsInterceptor } from './order-metrics.interceptor.js';
import { OrderParams, type OrderView, PlaceOrderBody, viewOf } from './orders.dto.js';
import { OrdersService } from './orders.service.js';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get(':id')
  async findOne(@Param() { id }: OrderParams, @Tenant() tenant: string): Promise<OrderView> {
    return viewOf(await this.orders.get(tenant, id));
  }

  /** With an `Idempotency-Key`, sending the same order again answers with the first one instead of a second one. */
  @Post()
  @UseInterceptors(OrderMetricsInterceptor)
  async place(
    @Body() { userId, lines, cardToken }: PlaceOrderBody,
    @Tenant() tenant: string,
    @Headers('idempotency-key') idempotencyKey?: string,
  ): Promise<OrderView> {
    if (idempotencyKey !== undefined && (idempotencyKey === '' || idempotencyKey.length > 255)) {
      const message = 'must be 1 to 255 characters';
      throw new BadRequestException({
        message: `Header idempotency-key ${message}.`,
        errors: [{ field: 'idempotency-key', message }],
      });
    }
    const order = await this.orders.place({
      userId,
      lines,
      cardToken,
      tenant,
      idempotencyKey: idempotencyKey ?? null,
    });
    return viewOf(order);
  }
}
