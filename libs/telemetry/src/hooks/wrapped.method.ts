// oxlint-disable-next-line typescript/no-explicit-any -- any method of any class
export type Method = (this: any, ...args: any[]) => unknown;

/** What each wrapper that is no longer wanted stands in front of. */
const released = new WeakMap<Method, PropertyDescriptor>();

/**
 * Replaces a method where it is defined, for all instances, and returns how to put it back. A wrapper that someone else
 * has wrapped in the meantime stays and passes calls through, and is gone as soon as those in front of it are.
 */
export function wrapMethod(prototype: object, name: string, wrap: (original: Method) => Method): () => void {
  const owner = ownerOf(prototype, name);
  const descriptor = owner && Object.getOwnPropertyDescriptor(owner, name);
  if (owner === undefined || typeof descriptor?.value !== 'function') return () => undefined;
  const original = descriptor.value as Method;
  const wrapped = wrap(original);
  let isWanted = true;
  const wrapper: Method = function (...args) {
    return (isWanted ? wrapped : original).apply(this, args);
  };
  Object.defineProperties(wrapper, {
    ...Object.getOwnPropertyDescriptors(wrapped),
    name: { value: original.name, configurable: true },
    length: { value: original.length, configurable: true },
  });
  Object.defineProperty(owner, name, { ...descriptor, value: wrapper });
  return () => {
    isWanted = false;
    released.set(wrapper, descriptor);
    const current = Object.getOwnPropertyDescriptor(owner, name);
    const wanted = firstWanted(current);
    if (wanted !== undefined && wanted !== current) Object.defineProperty(owner, name, wanted);
  };
}

function firstWanted(descriptor: PropertyDescriptor | undefined): PropertyDescriptor | undefined {
  let found = descriptor;
  for (let next = found; next !== undefined; next = released.get(next.value as Method)) found = next;
  return found;
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
