import { join } from 'node:path';
import { Global, Injectable, Module } from '@nestjs/common';

/** What the environment decides; read once at start. */
@Injectable()
export class Settings {
  /** This sample has no authentication, so other machines reach it only when asked for. */
  readonly host: string = process.env.HOST ?? '127.0.0.1';
  readonly port: number = Number(process.env.PORT ?? 3001);
  /** gRPC is served beside HTTP when this is set. */
  readonly grpcPort: number | undefined = Number(process.env.GRPC_PORT) || undefined;
  /** Where events of other services arrive: a port of this service, or a broker (amqp:, nats:, mqtt:, redis:). */
  readonly brokerUrl: string = process.env.BROKER_URL ?? 'tcp://127.0.0.1:3003';
  /** Queue, where the broker has such, that all instances of this service share. */
  readonly brokerQueue: string = process.env.BROKER_QUEUE ?? 'order-events';
  /** PostgreSQL; SQLite at {@link databasePath} is used when unset. */
  readonly databaseUrl: string | undefined = process.env.DATABASE_URL;
  readonly databasePath: string =
    process.env.DATABASE_PATH ?? join(import.meta.dirname, '..', '.data', 'user.sqlite');
  /** For a connection to PostgreSQL, and for its answer to a statement. */
  readonly databaseTimeoutMillis: number = Number(process.env.DATABASE_TIMEOUT_MS ?? 5000);
}

@Global()
@Module({ providers: [Settings], exports: [Settings] })
export class SettingsModule {}
