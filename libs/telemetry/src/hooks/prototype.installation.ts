import { sharedInstallation } from './shared.installation.js';

/**
 * Installs something on the class of an object that dependency injection found, once per class for all applications
 * of the process.
 */
export function prototypeInstallation(
  install: (prototype: object) => () => void,
): (instance: object) => () => void {
  const installations = new WeakMap<object, () => () => void>();
  return (instance) => {
    const prototype = Object.getPrototypeOf(instance) as object;
    let shared = installations.get(prototype);
    if (shared === undefined) {
      shared = sharedInstallation(() => install(prototype));
      installations.set(prototype, shared);
    }
    return shared();
  };
}
