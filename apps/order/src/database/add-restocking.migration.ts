import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The kettle is a limited edition: it stays at 0 and is never restocked. */
export class AddRestocking1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE stock ADD COLUMN restock_to integer NOT NULL DEFAULT 0`);
    await runner.query(
      `UPDATE stock SET restock_to = 100000 WHERE sku IN ('espresso-beans', 'filter-paper')`,
    );
    await runner.query(`UPDATE stock SET restock_to = 1000 WHERE sku = 'hand-grinder'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE stock DROP COLUMN restock_to`);
  }
}
