import { register as registerAsync } from 'node:module';
import { register as registerSync, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs';

/**
 * Lets instrumentations see ES modules of these libraries as they are loaded. Only these: a hook that looks at every
 * module doubles the start-up time of an application.
 */
export function registerImportHook(libraries: readonly string[]): void {
  if (libraries.length === 0) return;
  const include = [...libraries];
  if (supportsSyncHooks()) {
    registerSync({ include });
    return;
  }
  // Older releases of Node 22 and 24, where the asynchronous hook is not deprecated yet.
  registerAsync('import-in-the-middle/hook.mjs', import.meta.url, { data: { include } });
}
