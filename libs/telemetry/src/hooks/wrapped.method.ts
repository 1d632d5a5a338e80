// oxlint-disable-next-line typescript/no-explicit-any -- any method of any class
export type Method = (this: any, ...args: any[]) => unknown;

/**
 * Replaces a method where it is defined, for all instances, and returns how to put it back. A wrapper that someone else
 * has wrapped in the meantime stays, so it must pass calls through when it is no longer wanted.
 */
export function wrapMethod(prototype: object, name: string, wrap: (original: Method) => Method): () => void {
  const owner = ownerOf(prototype, name);
  const descriptor = owner && Object.getOwnPropertyDescriptor(owner, name);
  if (owner === undefined || typeof descriptor?.value !== 'function') return () => undefined;
  const original = descriptor.value as Method;
  const wrapper = wrap(original);
  Object.defineProperties(wrapper, {
    name: { value: original.name, configurable: true },
    length: { value: original.length, configurable: true },
  });
  Object.defineProperty(owner, name, { ...descriptor, value: wrapper });
  return () => {
    if (Object.getOwnPropertyDescriptor(owner, name)?.value === wrapper) {
      Object.defineProperty(owner, name, descriptor);
    }
  };
}

/** The object of a prototype chain that a method is defined on, nearest first. */
export function ownerOf(prototype: object, name: string): object | undefined {
  for (
    let owner: object | null = prototype;
    owner !== null;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    if (Object.hasOwn(owner, name)) return owner;
  }
  return undefined;
}
