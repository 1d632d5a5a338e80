import { lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names of sockets that are not listened on yet. */
const COMING = /^\./;

/**
 * Where workers find each other: a folder that only this user can look into, with a socket for each worker. It needs no
 * primary to help, so it is the same whoever that is.
 */
export class WorkerFolder {
  readonly path: string;

  constructor(group: string) {
    // Short, because the path of a socket must fit into 104 bytes.
    this.path = join(tmpdir(), `nest-telemetry-${process.getuid?.() ?? ''}-${group}`);
  }

  /** @throws Error when somebody else could look into the folder, or could have made it */
  async create(): Promise<void> {
    if (process.platform === 'win32') throw new Error('Windows has no sockets in folders');
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const { mode, uid } = await lstat(this.path).then((found) => {
      if (!found.isDirectory()) throw new Error(`${this.path} is no folder`);
      return found;
    });
    if (uid !== process.getuid?.() || (mode & 0o077) !== 0)
      throw new Error(`${this.path} belongs to somebody else, or others can look into it`);
  }

  /** Where to listen; whoever looks for workers does not see it yet. */
  async comingPath(id: string): Promise<string> {
    const path = join(this.path, `.${id}`);
    // Left behind by a worker that was killed, and whose number has come round.
    await rm(path, { force: true });
    return path;
  }

  /** To be called once the socket is listened on: one that refuses is taken for dead. */
  async publish(id: string): Promise<void> {
    await rename(join(this.path, `.${id}`), join(this.path, id));
  }

  /** The sockets of the workers, without that of one of them. */
  async others(id: string): Promise<string[]> {
    const names = await readdir(this.path);
    return names.filter((name) => name !== id && !COMING.test(name)).map((name) => join(this.path, name));
  }

  async remove(socket: string): Promise<void> {
    await rm(socket, { force: true });
  }

  /** Takes back what {@link publish} did; the last one takes the folder along. */
  async withdraw(id: string): Promise<void> {
    await this.remove(join(this.path, id));
    await rmdir(this.path).catch(() => undefined);
  }
}
