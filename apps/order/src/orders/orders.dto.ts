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

export class OrderParams {
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  id!: number;
}

export class PlaceOrderLine {
  @IsString()
  @Length(1, 64)
  sku!: string;

  @IsInt()
  @Min(1)
  @Max(1000)
  quantity!: number;
}

export class PlaceOrderBody {
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  userId!: number;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  @ArrayUnique((line: PlaceOrderLine | null) => line?.sku)
  @ValidateNested({ each: true })
  @Type(() => PlaceOrderLine)
  lines!: PlaceOrderLine[];

  /** Token of the card to charge; `tok_declined` is always declined. */
  @IsString()
  @Length(1, 64)
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
