// Type-checks every TypeScript snippet of the README and the docs against the library's sources.
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../../', import.meta.url).pathname;
const folder = join(root, 'test/.snippets');
const FENCE = /^```ts\n([\s\S]*?)^```$/gm;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  const files = globSync(['README.md', 'docs/**/*.md', 'libs/*/README.md'], { cwd: root });
  let count = 0;
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const match of text.matchAll(FENCE)) {
      const line = text.slice(0, match.index).split('\n').length + 1;
      const name = `${file.replace(/[^\w]+/g, '_')}_line_${line}.ts`;
      // A snippet without imports would be a script, whose names collide with those of other snippets.
      writeFileSync(join(folder, name), `${match[1] ?? ''}\nexport {};\n`);
      count += 1;
    }
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: { noUnusedLocals: false, strictPropertyInitialization: false },
      include: ['*.ts'],
      exclude: [],
    }),
  );
  execFileSync(process.execPath, [join(root, 'node_modules/typescript7/bin/tsc'), '-p', folder], {
    stdio: 'inherit',
  });
  console.log(`${count} snippets of ${files.length} files compile.`);
} catch {
  console.error('A snippet does not compile; the file name above tells where it is.');
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
