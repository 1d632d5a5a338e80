import { readdir, readFile, readlink } from 'node:fs/promises';

const LISTENING = '0A';

/** The process that listens on a port, e.g. `node (process 4711)`. Known on Linux, for processes of the same user. */
export async function processListeningOn(port: number): Promise<string | undefined> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty));
  const sockets = new Set(tables.flatMap((table) => listeningSockets(table, port)));
  if (sockets.size === 0) return undefined;
  const ids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const holders = await Promise.all(
    ids.map(async (id) => ((await holdsSocket(id, sockets)) ? id : undefined)),
  );
  const id = holders.find((holder) => holder !== undefined);
  if (id === undefined) return undefined;
  const name = (await readOrEmpty(`/proc/${id}/comm`)).trim();
  return `${name || 'a process'} (process ${id})`;
}

/** Inodes of the listening sockets of a port in the text of `/proc/net/tcp`. */
export function listeningSockets(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTENING && local.endsWith(suffix) && inode !== undefined ? [inode] : [];
  });
}

async function holdsSocket(processId: string, inodes: ReadonlySet<string>): Promise<boolean> {
  try {
    const folder = `/proc/${processId}/fd`;
    const links = await Promise.all(
      (await readdir(folder)).map((file) => readlink(`${folder}/${file}`).catch(() => '')),
    );
    return links.some((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? ''));
  } catch {
    // Ended meanwhile, or another user's.
    return false;
  }
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
