import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIBRARIES, linkPackages, packLibraries, readManifest, ROOT } from '../../tools/libraries.ts';

const APPLICATION = ['@nestjs/platform-express', '@types/node'];

/**
 * A folder outside the repository with the packed libraries in its `node_modules`, and beside them only what their
 * package.json asks for: a dependency that is not declared is not there.
 */
export class Consumer implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'nest-telemetry-consumer-'));
  readonly #linked = new Set<string>();

  constructor() {
    const packed = join(this.folder, 'packed');
    packLibraries(packed).forEach((tarball, index) => {
      const target = this.installed(readManifest(join(ROOT, 'libs', LIBRARIES[index] ?? '')).name);
      mkdirSync(target, { recursive: true });
      execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1']);
    });
    for (const library of LIBRARIES) {
      const {
        dependencies = {},
        peerDependencies = {},
        peerDependenciesMeta = {},
      } = readManifest(join(ROOT, 'libs', library));
      const needed = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
      this.link([...Object.keys(dependencies), ...needed]);
    }
    this.link(APPLICATION);
  }

  /** Where a package is installed. */
  installed(name: string): string {
    return join(this.folder, 'node_modules', name);
  }

  /** Makes more packages of the repository available. */
  link(names: readonly string[]): void {
    const own = LIBRARIES.map((library) => readManifest(join(ROOT, 'libs', library)).name);
    const missing = names.filter((name) => !own.includes(name) && !this.#linked.has(name));
    linkPackages(missing, this.folder);
    for (const name of missing) this.#linked.add(name);
  }

  /**
   * Compiles `consumer/shop.ts` as a package of the given type, library types included.
   * @returns the compiled file
   */
  compileShop(type: 'module' | 'commonjs', compiler: 'typescript' | 'typescript7'): string {
    const folder = join(this.folder, type);
    mkdirSync(folder);
    cpSync(join(import.meta.dirname, 'consumer', 'shop.ts'), join(folder, 'shop.ts'));
    writeJson(join(folder, 'package.json'), { type });
    writeJson(join(folder, 'tsconfig.json'), {
      compilerOptions: {
        module: 'nodenext',
        target: 'es2023',
        types: ['node'],
        strict: true,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        skipLibCheck: true,
        outDir: 'dist',
        rootDir: '.',
      },
    });
    const tsc = join(ROOT, 'node_modules', compiler, 'bin', 'tsc');
    execFileSync(process.execPath, [tsc, '-p', folder], { stdio: 'inherit' });
    return join(folder, 'dist', 'shop.js');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function writeJson(path: string, content: object): void {
  writeFileSync(path, JSON.stringify(content));
}
