// Type-checks every TypeScript snippet of the README and the docs against the library's sources.
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../libraries.ts';

// Inside the repository, for packages to be found.
const folder = join(ROOT, 'test/.snippets');
const FENCE = /^```(?:ts|typescript)\n([\s\S]*?)^```$/gm;

interface Snippet {
  readonly name: string;
  readonly code: string;
}

function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(FENCE)].map((match) => ({
    name: `${file.replaceAll(/\W+/g, '_')}_line_${text.slice(0, match.index).split('\n').length + 1}.ts`,
    code: match[1] ?? '',
  }));
}

function compile(snippets: readonly Snippet[]): boolean {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    for (const { name, code } of snippets) {
      // A snippet without imports would be a script, whose names collide with those of other snippets.
      writeFileSync(join(folder, name), `${code}\nexport {};\n`);
    }
    const settings = {
      extends: '../../tsconfig.json',
      compilerOptions: { noUnusedLocals: false, strictPropertyInitialization: false },
      include: ['*.ts'],
      exclude: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    const compiler = join(ROOT, 'node_modules/typescript7/bin/tsc');
    return spawnSync(process.execPath, [compiler, '-p', folder], { stdio: 'inherit' }).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const files = globSync(['*.md', 'docs/**/*.md', 'libs/*/README.md'], { cwd: ROOT });
const snippets = files.flatMap(snippetsOf);
if (snippets.length === 0 || compile(snippets)) {
  console.log(`${snippets.length} snippets of ${files.length} files compile.`);
} else {
  console.error('A snippet does not compile; the name of its file tells document and line.');
  process.exitCode = 1;
}
