import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { readText } from '../../tools/libraries.ts';

/** Names of the packages that the types of an entry mention, over all files that belong to it. */
export function packagesOfTypes(entry: string): string[] {
  const packages = new Set<string>();
  const files = new Set([entry]);
  // Files found on the way are visited too: a Set goes on with what is added meanwhile.
  for (const file of files) {
    for (const { fileName } of ts.preProcessFile(readText(file)).importedFiles) {
      if (!fileName.startsWith('.')) packages.add(packageName(fileName));
      else files.add(declarations(join(dirname(file), fileName)));
    }
  }
  return [...packages].filter((name) => !name.startsWith('node:')).toSorted();
}

function declarations(specifier: string): string {
  const file = specifier.replace(/\.js$/, '.d.ts');
  if (!existsSync(file)) throw new Error(`No types at ${file}`);
  return file;
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
