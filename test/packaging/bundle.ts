import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readText, ROOT } from '../../tools/libraries.ts';
import type { Consumer } from './consumer.js';

/**
 * Bundles one of the repository's services in a consumer's folder, packages left outside as is the Nest CLI's default.
 * @returns the bundle
 */
export function buildBundle(consumer: Consumer, service: string): string {
  const { folder } = consumer;
  const application = join('apps', service);
  const { dependencies } = JSON.parse(readText(ROOT, application, 'package.json')) as {
    dependencies: Record<string, string>;
  };
  consumer.link(Object.keys(dependencies));
  for (const file of ['nest-cli.json', 'tsconfig.json']) cpSync(join(ROOT, file), join(folder, file));
  cpSync(join(ROOT, application), join(folder, application), {
    recursive: true,
    filter: (source) => !['dist', 'node_modules', '.data'].includes(basename(source)),
  });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const cli = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  execFileSync(process.execPath, [cli, 'build', service, '--builder', 'rspack'], { cwd: folder });
  return join(folder, 'dist', application, 'main.js');
}
