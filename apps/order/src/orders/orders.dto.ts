import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsInt,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Order } from './order.entity.js';

// The largest value of an integer column.
const MAX_ID = 2_147_483_647;

// Rules run from the property upwards and stop at the first that fails, so the type stands nearest.
export class OrderParams {
  @Max(MAX_ID)
  @Min(1)
  @IsInt()
  @Type(() => Number)
  id!: number;
}

export class PlaceOrderLine {
  @Length(1, 64)
  @IsString()
  sku!: string;

  @Max(1000)
  @Min(1)
  @IsInt()
  quantity!: number;
}

export class PlaceOrderBody {
  @Max(MAX_ID)
  @Min(1)
  @IsInt()
  userId!: number;

  @Type(() => PlaceOrderLine)
  @ValidateNested({ each: true })
  @ArrayUnique((line: PlaceOrderLine | null) => line?.sku)
  @ArrayMaxSize(50)
  @ArrayNotEmpty()
  @IsArray()
  lines!: PlaceOrderLine[];

  /** Token of the card to charge; `tok_declined` is always declined. */
  @Length(1, 64)
  @IsString()
  cardToken!: string;
}

/** An order as callers see it. */
export interface OrderView {
  readonly id: number;
  readonly userId: number;
  readonly totalCents: number;
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly priceCents: number }[];
}

export function viewOf({ id, userId, totalCents, lines }: Order): OrderView {
  return {
    id,
    userId,
    totalCents,
    lines: lines.map(({ sku, quantity, priceCents }) => ({ sku, quantity, priceCents })),
  };
}
