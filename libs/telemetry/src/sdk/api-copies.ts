import { createRequire } from 'node:module';
import { findPackageInfo } from '../config/package-info.js';
import { warn } from '../telemetry.warnings.js';

/** What all copies of the OpenTelemetry API 1.x share; the first to register something leaves its version. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');

/**
 * Says when another copy of the API was first in this process: it refuses what ours registers, so that spans would go
 * nowhere without a word.
 */
export function warnAboutOtherApi(): void {
  const first = (globalThis as { [REGISTRY]?: { version?: string } })[REGISTRY]?.version;
  const own = ownVersion();
  if (first === undefined || own === undefined || first === own) return;
  warn('NT_TWO_API_COPIES', { versions: `${first} and ${own}` });
}

function ownVersion(): string | undefined {
  try {
    // It does not export its package.json.
    const file = createRequire(import.meta.url).resolve('@opentelemetry/api');
    return findPackageInfo(file, file).version;
  } catch {
    // In a bundle there is one copy, and no package to ask.
    return undefined;
  }
}
