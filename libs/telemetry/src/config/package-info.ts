import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Name and version of the application, from its package.json. */
export interface PackageInfo {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** Reads the package.json nearest to the started script, going up from it; without one, from the working directory. */
export function findPackageInfo(script: string | undefined, workingDirectory: string): PackageInfo {
  for (const start of [script === undefined ? undefined : dirname(script), workingDirectory]) {
    const found = start === undefined ? undefined : nearestPackage(start);
    if (found) return found;
  }
  return { name: undefined, version: undefined };
}

function nearestPackage(start: string): PackageInfo | undefined {
  for (let folder = start, parent = ''; folder !== parent; parent = folder, folder = dirname(folder)) {
    const info = readPackage(join(folder, 'package.json'));
    // Nested package.json files often hold only `"type"`; the one with a name is the application's.
    if (info?.name) return info;
    if (dirname(folder) === folder) return undefined;
  }
  return undefined;
}

function readPackage(file: string): PackageInfo | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return {
      name: typeof name === 'string' ? name : undefined,
      version: typeof version === 'string' ? version : undefined,
    };
  } catch {
    return undefined;
  }
}
