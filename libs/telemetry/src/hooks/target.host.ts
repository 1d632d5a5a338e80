/**
 * The host in the target of a request that is not a path: a whole URL for a proxy, or the authority of a CONNECT. Undefined
 * for everything that the server connected to answers itself.
 */
export function targetHost(target: string): string | undefined {
  if (target.startsWith('/') || target === '*') return undefined;
  const host = URL.parse(target)?.host;
  return host === undefined || host === '' ? target : host;
}
