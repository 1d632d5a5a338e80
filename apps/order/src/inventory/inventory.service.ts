import { ConflictException, Injectable, Logger } from '@nestjs/common';
import { Span } from 'nest-telemetry';
import { type EntityManager, MoreThanOrEqual } from 'typeorm';
import { Database } from '../database/database.js';
import { Stock } from './stock.entity.js';

/** What one line of an order takes from stock. */
export interface Reservation {
  readonly sku: string;
  readonly quantity: number;
  /** Where the request names it, e.g. `lines.0`. */
  readonly path: string;
}

@Injectable()
export class InventoryService {
  private readonly logger = new Logger(InventoryService.name);

  constructor(private readonly database: Database) {}

  @Span('list-inventory')
  list(): Promise<Stock[]> {
    return this.database.run((manager) => manager.find(Stock, { order: { sku: 'ASC' } }));
  }

  /** Takes all lines from stock, or throws: the caller's transaction then gives back what was taken. */
  @Span('reserve-inventory', (lines: readonly Reservation[]) => ({
    attributes: { 'order.lines': lines.length },
  }))
  async reserve(lines: readonly Reservation[], manager: EntityManager): Promise<void> {
    // Always in one order, so that two orders for the same articles never wait for each other's rows.
    for (const line of lines.toSorted((a, b) => (a.sku < b.sku ? -1 : 1))) {
      await this.reserveItem(line, manager);
    }
  }

  /** Fills up every article of which less than half is left; returns how many these were. */
  @Span('restock-inventory')
  async restock(): Promise<number> {
    const { affected } = await this.database.run((manager) =>
      manager
        .createQueryBuilder()
        .update(Stock)
        .set({ available: () => 'restock_to' })
        .where('available * 2 < restock_to')
        .execute(),
    );
    return affected ?? 0;
  }

  @Span('reserve-item', ({ sku, quantity }: Reservation) => ({
    attributes: { 'order.line.sku': sku, 'order.line.quantity': quantity },
  }))
  async reserveItem({ sku, quantity, path }: Reservation, manager: EntityManager): Promise<void> {
    // Check and change are one statement: two orders cannot both take the last piece.
    const { affected } = await manager.decrement(
      Stock,
      { sku, available: MoreThanOrEqual(quantity) },
      'available',
      quantity,
    );
    if (affected === 1) return;
    this.logger.warn(`Not enough of ${sku} for ${quantity}`);
    throw new ConflictException({
      message: `Not enough of ${sku} in stock.`,
      errors: [{ field: `${path}.quantity`, message: 'more than in stock' }],
    });
  }
}
