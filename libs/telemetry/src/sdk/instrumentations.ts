import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { readText, type Environment } from '../config/environment.js';
import { reasonOf, warn } from '../telemetry.warnings.js';

/** A library and how to load its contrib instrumentation. */
interface ContribInstrumentation {
  /** As in `OTEL_NODE_DISABLED_INSTRUMENTATIONS`. */
  readonly name: string;
  /** Packages it patches. */
  readonly libraries: readonly string[];
  readonly load: () => Promise<Instrumentation>;
}

/** An instrumentation that was loaded, and the packages it is there for. */
export interface LoadedInstrumentation {
  readonly libraries: readonly string[];
  readonly instrumentation: Instrumentation;
}

// HTTP servers and clients, fetch and Nest itself are not here: the module has hooks of its own for them.
const CONTRIB: readonly ContribInstrumentation[] = [
  {
    name: 'amqplib',
    libraries: ['amqplib'],
    load: async () => new (await import('@opentelemetry/instrumentation-amqplib')).AmqplibInstrumentation(),
  },
  {
    name: 'ioredis',
    libraries: ['ioredis'],
    load: async () => new (await import('@opentelemetry/instrumentation-ioredis')).IORedisInstrumentation(),
  },
  {
    name: 'kafkajs',
    libraries: ['kafkajs'],
    load: async () => new (await import('@opentelemetry/instrumentation-kafkajs')).KafkaJsInstrumentation(),
  },
  {
    name: 'mongodb',
    libraries: ['mongodb'],
    load: async () => new (await import('@opentelemetry/instrumentation-mongodb')).MongoDBInstrumentation(),
  },
  {
    name: 'mongoose',
    libraries: ['mongoose'],
    load: async () => new (await import('@opentelemetry/instrumentation-mongoose')).MongooseInstrumentation(),
  },
  {
    name: 'mysql2',
    libraries: ['mysql2'],
    load: async () => new (await import('@opentelemetry/instrumentation-mysql2')).MySQL2Instrumentation(),
  },
  {
    name: 'pg',
    libraries: ['pg', 'pg-pool'],
    load: async () => new (await import('@opentelemetry/instrumentation-pg')).PgInstrumentation(),
  },
  {
    name: 'redis',
    libraries: ['redis', '@redis/client'],
    load: async () => new (await import('@opentelemetry/instrumentation-redis')).RedisInstrumentation(),
  },
  {
    name: 'tedious',
    libraries: ['tedious'],
    load: async () => new (await import('@opentelemetry/instrumentation-tedious')).TediousInstrumentation(),
  },
];

/**
 * Loads the instrumentations whose library the application has installed, less those that
 * `OTEL_NODE_DISABLED_INSTRUMENTATIONS` names. One that cannot be loaded is reported and left out.
 */
export async function loadInstrumentations(
  env: Environment,
  folders: readonly string[],
): Promise<readonly LoadedInstrumentation[]> {
  const disabled = new Set(
    (readText(env, 'OTEL_NODE_DISABLED_INSTRUMENTATIONS') ?? '').split(',').map((name) => name.trim()),
  );
  const isInstalled = installedIn(folders);
  const loaded = await Promise.all(
    CONTRIB.filter(({ name, libraries }) => !disabled.has(name) && libraries.some(isInstalled)).map(load),
  );
  return loaded.flat();
}

async function load({
  name,
  libraries,
  load: create,
}: ContribInstrumentation): Promise<LoadedInstrumentation[]> {
  try {
    return [{ libraries, instrumentation: await create() }];
  } catch (error) {
    warn('NT_INSTRUMENTATION_FAILED', {
      name,
      reason: reasonOf(error),
    });
    return [];
  }
}

/** Looks where the application would find the package, which is not where this library would. */
function installedIn(folders: readonly string[]): (library: string) => boolean {
  const resolvers = folders.map((folder) => createRequire(join(folder, 'package.json')).resolve);
  return (library) => resolvers.some((resolve) => canResolve(resolve, library));
}

function canResolve(resolve: NodeJS.RequireResolve, library: string): boolean {
  try {
    resolve(library);
    return true;
  } catch (error) {
    // An ESM-only package is there, but has nothing for `require`.
    return (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}
