/**
 * Installs something there may be only one of in a process for every application that asks, and removes it with the
 * last of them: two applications in one process (tests, hybrid set-ups) must not make two spans of one request.
 */
export function sharedInstallation(install: () => () => void): () => () => void {
  let owners = 0;
  let remove: (() => void) | undefined;
  return () => {
    owners += 1;
    remove ??= install();
    let released = false;
    return () => {
      if (released) return;
      released = true;
      owners -= 1;
      if (owners > 0) return;
      remove?.();
      remove = undefined;
    };
  };
}

/** {@link sharedInstallation} of each subject, e.g. of the prototypes of every copy of a library. */
export function sharedInstallationPer<S extends object>(
  install: (subject: S) => () => void,
): (subject: S) => () => void {
  const installations = new WeakMap<S, () => () => void>();
  return (subject) => {
    let shared = installations.get(subject);
    if (shared === undefined) {
      shared = sharedInstallation(() => install(subject));
      installations.set(subject, shared);
    }
    return shared();
  };
}
