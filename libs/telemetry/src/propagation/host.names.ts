import { isIPv6 } from 'node:net';

/** Longer than any host name with a port. */
const MAX_LENGTH = 320;

/**
 * The host of an authority such as `users:3000`, `[::1]:80` or `::1` as the URL standard writes it: lower case, IPv4 in
 * four decimal parts however it was spelt, IPv6 without brackets. Undefined when it is none.
 */
export function canonicalHost(authority: string): string | undefined {
  if (authority.length > MAX_LENGTH) return undefined;
  const [address = ''] = authority.split('%', 1);
  const url = URL.parse(`http://${isIPv6(address) ? `[${address}]` : authority}`);
  if (url === null || url.username !== '' || url.pathname !== '/') return undefined;
  const host = url.hostname.replace(/\.$/, '');
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

/**
 * The domain a host shares with its siblings: `shop.example.com` for `order.shop.example.com`. Without the list of public
 * suffixes nobody knows where a domain of one owner ends, so a host of two labels has none, and neither has one below what
 * looks like `co.uk`.
 */
export function parentDomain(host: string): string | undefined {
  const labels = host.split('.').slice(1);
  const [first = '', last = ''] = labels;
  if (labels.length < 2) return undefined;
  const looksPublic = labels.length === 2 && first.length <= 3 && last.length === 2;
  return looksPublic ? undefined : labels.join('.');
}

/** Whether a host is the domain or below it. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
