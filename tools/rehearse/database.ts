import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Running } from '../../test/interop/running.ts';
import { LOOPBACK } from '../start/ports.ts';

const execute = promisify(execFile);
const USER = 'shop';

/** A PostgreSQL cluster of our own. */
export interface Database extends AsyncDisposable {
  readonly server: Running;
  /** Value for `DATABASE_URL`. */
  readonly url: string;
  /** Rows of a query, each with its columns as text. */
  query(sql: string): Promise<string[][]>;
}

/** Where the programs of PostgreSQL are; undefined where it is not installed. */
export function postgresqlFolder(): string | undefined {
  return globSync('/usr/lib/postgresql/*/bin').toSorted().at(-1);
}

export async function startDatabase(folder: string, port: number): Promise<Database> {
  const bin = postgresqlFolder();
  if (bin === undefined) throw new Error('PostgreSQL is not installed.');
  const data = join(folder, 'postgresql.data');
  await mkdir(data, { mode: 0o700 });
  // PostgreSQL refuses to be root.
  const user = process.getuid?.() === 0 ? await postgresUser() : undefined;
  if (user !== undefined) {
    await chown(data, user.uid, user.gid);
    // It may go through the folder to its own, and the folder stays ours: else nothing would be kept on disk in it.
    await chmod(folder, 0o711);
  }
  await execute(join(bin, 'initdb'), ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8'], {
    cwd: folder,
    ...user,
  });
  const connection = ['-h', LOOPBACK, '-p', String(port), '-U', USER, '-d', 'postgres'];
  const server = await Running.start({
    name: 'postgresql',
    command: join(bin, 'postgres'),
    args: ['-D', data, '-h', LOOPBACK, '-p', String(port), '-k', ''],
    folder,
    ready: async () => {
      await execute(join(bin, 'pg_isready'), connection);
      return true;
    },
    ...(user !== undefined && { user }),
  });
  return {
    server,
    url: `postgres://${USER}@${LOOPBACK}:${port}/postgres`,
    async query(sql) {
      const { stdout } = await execute(join(bin, 'psql'), [...connection, '-XAtF', '\t', '-c', sql], {
        maxBuffer: 64 * 1024 * 1024,
      });
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t'));
    },
    [Symbol.asyncDispose]: () => server.stop('SIGQUIT'),
  };
}

async function postgresUser(): Promise<{ uid: number; gid: number }> {
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

async function idOf(flag: string): Promise<number> {
  return Number((await execute('id', [flag, 'postgres'])).stdout.trim());
}
