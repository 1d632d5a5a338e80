import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { whyUnreachable } from './reachable.js';

const SERVER = process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** A database for one run, on the PostgreSQL of this machine. */
export interface OwnDatabase extends AsyncDisposable {
  readonly url: string;
}

/** Why there can be none. */
export function whyNoPostgresql(): Promise<string | undefined> {
  return whyUnreachable(SERVER);
}

export async function createDatabase(): Promise<OwnDatabase> {
  const name = `nt_${randomBytes(6).toString('hex')}`;
  await ask(`CREATE DATABASE ${name}`);
  const url = new URL(SERVER);
  url.pathname = name;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => ask(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function ask(sql: string): Promise<void> {
  const client = new Client({ connectionString: SERVER });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
