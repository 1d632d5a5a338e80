import { Global, Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { Stock } from '../inventory/stock.entity.js';
import { Order, OrderLine } from '../orders/order.entity.js';
import { Product } from '../products/product.entity.js';
import { Settings } from '../settings.js';
import { AddRestocking1763700000000 } from './add-restocking.migration.js';
import { CreateOrders1763600000000 } from './create-orders.migration.js';
import { Database } from './database.js';

@Global()
@Module({
  imports: [TypeOrmModule.forRootAsync({ inject: [Settings], useFactory: databaseOptions })],
  providers: [Database],
  exports: [Database],
})
export class DatabaseModule {}

function databaseOptions({
  databaseUrl,
  databasePath,
  databaseTimeoutMillis,
}: Settings): TypeOrmModuleOptions {
  const shared = {
    entities: [Product, Stock, Order, OrderLine],
    migrations: [CreateOrders1763600000000, AddRestocking1763700000000],
    // Services may share one PostgreSQL database, so each keeps a history of its own.
    migrationsTableName: 'order_migrations',
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
