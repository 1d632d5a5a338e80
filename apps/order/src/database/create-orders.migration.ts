import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const SEED_PRODUCTS = `
  INSERT INTO products (sku, name, price_cents) VALUES
    ('espresso-beans', 'Espresso beans, 1 kg', 1990),
    ('hand-grinder', 'Hand grinder', 8900),
    ('filter-paper', 'Filter paper, 100 sheets', 490),
    ('gold-kettle', 'Gooseneck kettle, limited edition', 14900)`;

// The kettle is sold out, so that an order can be seen to roll back.
const SEED_STOCK = `
  INSERT INTO stock (sku, available) VALUES
    ('espresso-beans', 100000), ('hand-grinder', 1000), ('filter-paper', 100000), ('gold-kettle', 0)`;

/** Runs once per database, so the seed does too. */
export class CreateOrders1763600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const generatedId = {
      name: 'id',
      type: 'integer',
      isPrimary: true,
      isGenerated: true,
      generationStrategy: 'increment',
    } as const;
    await runner.createTable(
      new Table({
        name: 'products',
        columns: [
          { name: 'sku', type: 'varchar', length: '64', isPrimary: true },
          { name: 'name', type: 'varchar', length: '200' },
          { name: 'price_cents', type: 'integer' },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'stock',
        columns: [
          { name: 'sku', type: 'varchar', length: '64', isPrimary: true },
          { name: 'available', type: 'integer' },
        ],
        foreignKeys: [
          { columnNames: ['sku'], referencedTableName: 'products', referencedColumnNames: ['sku'] },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'orders',
        columns: [
          generatedId,
          { name: 'tenant', type: 'varchar', length: '63' },
          { name: 'user_id', type: 'integer' },
          { name: 'total_cents', type: 'integer' },
          { name: 'payment_id', type: 'varchar', length: '64', isNullable: true },
          { name: 'idempotency_key', type: 'varchar', length: '255', isNullable: true },
          { name: 'fingerprint', type: 'varchar', length: '64' },
        ],
        uniques: [{ columnNames: ['tenant', 'idempotency_key'] }],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'order_lines',
        columns: [
          generatedId,
          { name: 'order_id', type: 'integer' },
          { name: 'sku', type: 'varchar', length: '64' },
          { name: 'quantity', type: 'integer' },
          { name: 'price_cents', type: 'integer' },
        ],
        foreignKeys: [
          { columnNames: ['order_id'], referencedTableName: 'orders', referencedColumnNames: ['id'] },
          { columnNames: ['sku'], referencedTableName: 'products', referencedColumnNames: ['sku'] },
        ],
        indices: [{ columnNames: ['order_id'] }],
      }),
    );
    await runner.query(SEED_PRODUCTS);
    await runner.query(SEED_STOCK);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['order_lines', 'orders', 'stock', 'products']) await runner.dropTable(table);
  }
}
