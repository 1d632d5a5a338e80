import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateCustomerOrders1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'customer_orders',
        columns: [
          { name: 'order_id', type: 'integer', isPrimary: true },
          { name: 'user_id', type: 'integer' },
        ],
        foreignKeys: [
          { columnNames: ['user_id'], referencedTableName: 'users', referencedColumnNames: ['id'] },
        ],
        indices: [{ columnNames: ['user_id'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('customer_orders');
  }
}
