import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText, ROOT } from '../../tools/libraries.ts';

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly link?: boolean }>>;
}

const { packages } = JSON.parse(readText(ROOT, 'package-lock.json')) as Lockfile;

describe('the lockfile', () => {
  // A second copy of these does not see what was registered with the first.
  it.each(['api', 'core', 'resources', 'sdk-metrics', 'sdk-trace'])(
    'has one copy of @opentelemetry/%s',
    (name) => {
      const suffix = join('node_modules', '@opentelemetry', name);
      expect(Object.keys(packages).filter((path) => path.endsWith(suffix))).toEqual([suffix]);
    },
  );

  it('names no registry, so that it can be installed from any', () => {
    const named = Object.entries(packages).filter(
      ([, { resolved, link }]) => resolved !== undefined && !link,
    );
    expect(named).toEqual([]);
  });
});
