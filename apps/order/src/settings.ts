import { join } from 'node:path';
import { Global, Injectable, Module } from '@nestjs/common';
import { CronExpression } from '@nestjs/schedule';

/** When stock is topped up; a decorator needs it before there are {@link Settings}. */
export const RESTOCK_CRON: string = process.env.RESTOCK_CRON ?? CronExpression.EVERY_MINUTE;

/** What the environment decides; read once at start. */
@Injectable()
export class Settings {
  /** This sample has no authentication, so other machines reach it only when asked for. */
  readonly host: string = process.env.HOST ?? '127.0.0.1';
  readonly port: number = Number(process.env.PORT ?? 3002);
  /** PostgreSQL; SQLite at {@link databasePath} is used when unset. */
  readonly databaseUrl: string | undefined = process.env.DATABASE_URL;
  readonly databasePath: string =
    process.env.DATABASE_PATH ?? join(import.meta.dirname, '..', '.data', 'order.sqlite');
  /** For a connection to PostgreSQL, and for its answer to a statement. */
  readonly databaseTimeoutMillis: number = Number(process.env.DATABASE_TIMEOUT_MS ?? 5000);
  /** Name of the deployment, told to the services that are called. */
  readonly environment: string = process.env.ENVIRONMENT ?? 'development';
  /** The user service. */
  readonly userUrl: string = process.env.USER_URL ?? 'http://127.0.0.1:3001';
  /** What the user service is asked over. */
  readonly userTransport: 'http' | 'grpc' = process.env.USER_TRANSPORT === 'grpc' ? 'grpc' : 'http';
  /** The user service over gRPC. */
  readonly userGrpcUrl: string = process.env.USER_GRPC_URL ?? '127.0.0.1:50051';
  readonly userTimeoutMillis: number = 5000;
  /** Where events are sent: a port of the user service, or a broker (amqp:, nats:, mqtt:, redis:). */
  readonly brokerUrl: string = process.env.BROKER_URL ?? 'tcp://127.0.0.1:3003';
  /** Queue that events wait in, where the broker has such. */
  readonly brokerQueue: string = process.env.BROKER_QUEUE ?? 'order-events';
  /** Whether stock is topped up at all; `RESTOCK_CRON=off` leaves it as it is. */
  readonly restocks: boolean = RESTOCK_CRON !== 'off';
  readonly productCacheMillis: number = Number(process.env.PRODUCT_CACHE_MS ?? 30_000);
}

@Global()
@Module({ providers: [Settings], exports: [Settings] })
export class SettingsModule {}
