type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Replaces a method, on a prototype or one object, and returns how to take the replacement away again. When somebody
 * wrapped it after us the replacement stays in their chain and only calls through.
 */
export function wrapMethod<T extends object, K extends keyof T>(
  target: T,
  name: K,
  around: (original: T[K]) => T[K],
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const original = target[name] as Method;
  const replacement = around(original as T[K]) as Method;
  let active = true;

  const wrapper: Method = function (...args) {
    return (active ? replacement : original).apply(this, args);
  };
  Object.defineProperty(wrapper, 'name', { value: original.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: original.length, configurable: true });
  Object.defineProperty(target, name, {
    value: wrapper,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? false,
  });

  return () => {
    active = false;
    if (target[name] !== wrapper) return;
    if (own === undefined) delete target[name];
    else Object.defineProperty(target, name, own);
  };
}

/** Shares one installation among all applications of the process; the last one to leave removes it. */
export function installOnce(install: () => () => void): () => () => void {
  let users = 0;
  let uninstall: (() => void) | undefined;

  return () => {
    if (users++ === 0) uninstall = install();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      if (--users === 0) uninstall?.();
    };
  };
}
