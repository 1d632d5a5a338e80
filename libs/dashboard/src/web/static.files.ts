import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

/** A file of the page. */
export interface StaticFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The built page in a folder. */
export class StaticFiles {
  readonly #read = new Map<string, StaticFile>();

  constructor(private readonly folder: string) {}

  /** A file by its path in the address; the page itself for every other path, for its addresses are its own. */
  async find(path: string): Promise<StaticFile | undefined> {
    return (await this.#file(path)) ?? (extname(path) === '' ? this.#file('/index.html') : undefined);
  }

  async #file(path: string): Promise<StaticFile | undefined> {
    const type = TYPES[extname(path)];
    const known = this.#read.get(path);
    if (known !== undefined || type === undefined) return known;
    const file = join(this.folder, normalize(path));
    if (!file.startsWith(this.folder + sep) || file.includes('\0')) return undefined;
    try {
      const found: StaticFile = { type, bytes: await readFile(file) };
      this.#read.set(path, found);
      return found;
    } catch {
      return undefined;
    }
  }
}
