import { Injectable, UnprocessableEntityException } from '@nestjs/common';
import { Span } from 'nest-telemetry';
import { ProductsService } from '../products/products.service.js';
import { UsersClient } from '../users/users.client.js';
import type { PlaceOrderBody } from './orders.dto.js';

/** A line with the price that holds for this order. */
export interface PricedLine {
  readonly sku: string;
  readonly quantity: number;
  readonly priceCents: number;
}

/** Checks what the shape of a request cannot tell: that the customer and the articles exist. */
@Injectable()
export class OrderValidator {
  constructor(
    private readonly users: UsersClient,
    private readonly products: ProductsService,
  ) {}

  @Span('validate-order')
  async validate({ userId, lines }: PlaceOrderBody): Promise<PricedLine[]> {
    const [customer, products] = await Promise.all([this.users.find(userId), this.products.list()]);
    const prices = new Map(products.map(({ sku, priceCents }) => [sku, priceCents]));
    const errors = lines.flatMap(({ sku }, index) =>
      prices.has(sku) ? [] : [{ field: `lines.${index}.sku`, message: 'no such product' }],
    );
    if (customer === undefined) errors.unshift({ field: 'userId', message: 'no such user' });
    if (errors.length > 0) {
      throw new UnprocessableEntityException({ message: 'The order cannot be placed.', errors });
    }
    return lines.map(({ sku, quantity }) => ({ sku, quantity, priceCents: prices.get(sku) ?? 0 }));
  }
}
