/** Where a server or broker is. */
export interface Endpoint {
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/** Reads what options call an address: an URL, `host:port`, or a list of either, of which there may be several. */
export function endpointOf(location: unknown, defaultPort: number): Endpoint {
  // Which of several brokers is used is decided later, and may change.
  if (Array.isArray(location)) return location.length === 1 ? endpointOf(location[0], defaultPort) : {};
  if (typeof location === 'object' && location !== null) {
    const { hostname, host, port } = location as { hostname?: unknown; host?: unknown; port?: unknown };
    return named(hostname ?? host, port ?? defaultPort);
  }
  if (typeof location !== 'string') return {};
  const url = URL.parse(location.includes('://') ? location : `broker://${location}`);
  return url === null ? {} : named(url.hostname, url.port || defaultPort);
}

function named(host: unknown, port: unknown): Endpoint {
  if (typeof host !== 'string' || host === '') return {};
  const number = Number(port);
  return { address: host.replace(/^\[|\]$/g, ''), port: number > 0 ? number : undefined };
}
