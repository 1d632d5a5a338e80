import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

// The preferences of user 500 were cut off while being written: reading them fails, so that an error trace can be seen.
const SEED = `
  INSERT INTO users (id, name, email, preferences) VALUES
    (1, 'Ada Lovelace', 'ada@example.com', '{"locale":"en-GB","newsletter":true}'),
    (2, 'Grace Hopper', 'grace@example.com', '{"locale":"en-US","newsletter":false}'),
    (3, 'Alan Turing', 'alan@example.com', '{"locale":"en-GB","newsletter":false}'),
    (500, 'Lost Record', 'lost@example.com', '{"locale":"e')`;

/** Runs once per database, so the seed does too. */
export class CreateUsers1763600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'users',
        columns: [
          {
            name: 'id',
            type: 'integer',
            isPrimary: true,
            isGenerated: true,
            generationStrategy: 'increment',
          },
          { name: 'name', type: 'varchar', length: '100' },
          { name: 'email', type: 'varchar', length: '254', isUnique: true },
          { name: 'preferences', type: 'text' },
        ],
      }),
    );
    await runner.query(SEED);
    if (runner.dataSource.options.type === 'postgres') {
      // PostgreSQL does not count ids that were given; SQLite does.
      await runner.query(`SELECT setval(pg_get_serial_sequence('users', 'id'), max(id)) FROM users`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('users');
  }
}
