import { Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { CustomerOrder } from '../customer-orders/customer-order.entity.js';
import { Settings } from '../settings.js';
import { User } from '../users/user.entity.js';
import { CreateCustomerOrders1763700000000 } from './create-customer-orders.migration.js';
import { CreateUsers1763600000000 } from './create-users.migration.js';

@Module({ imports: [TypeOrmModule.forRootAsync({ inject: [Settings], useFactory: databaseOptions })] })
export class DatabaseModule {}

function databaseOptions({
  databaseUrl,
  databasePath,
  databaseTimeoutMillis,
}: Settings): TypeOrmModuleOptions {
  const shared = {
    entities: [User, CustomerOrder],
    migrations: [CreateUsers1763600000000, CreateCustomerOrders1763700000000],
    // Services may share one PostgreSQL database, so each keeps a history of its own.
    migrationsTableName: 'user_migrations',
    migrationsRun: true,
  };
  if (databaseUrl !== undefined) {
    return {
      ...shared,
      type: 'postgres',
      url: databaseUrl,
      // Without these a request waits for as long as the network does: minutes, for a server that is silent.
      connectTimeoutMS: databaseTimeoutMillis,
      extra: { query_timeout: databaseTimeoutMillis },
    };
  }
  return {
    ...shared,
    type: 'better-sqlite3',
    database: databasePath,
    enableWAL: databasePath !== ':memory:',
  };
}
