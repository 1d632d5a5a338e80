import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkPackages } from '../../../tools/libraries.ts';

/** A folder outside of the repository with one fixture and some of the packages that are installed here, and no others. */
export class ApplicationFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'nest-telemetry-application-'));

  constructor(fixture: string, packages: readonly string[]) {
    cpSync(join(import.meta.dirname, '..', '..', 'fixtures', fixture), join(this.path, fixture));
    linkPackages(packages, this.path);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
