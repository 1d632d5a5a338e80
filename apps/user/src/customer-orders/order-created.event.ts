import { IsInt, Max, Min } from 'class-validator';

// The largest value of an integer column.
const MAX_ID = 2_147_483_647;

/** What the order service says when it has placed an order. */
export class OrderCreated {
  // Rules run from the property upwards and stop at the first that fails, so the type stands nearest.
  @Max(MAX_ID)
  @Min(1)
  @IsInt()
  orderId!: number;

  @Max(MAX_ID)
  @Min(1)
  @IsInt()
  userId!: number;
}
