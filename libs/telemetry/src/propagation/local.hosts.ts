import { BlockList, isIP } from 'node:net';
import { isWithin } from './host.names.js';

/** Addresses that do not leave the machine or the site. */
const LOCAL_NETWORKS: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  // "This host": connecting to it reaches the loopback interface.
  ['0.0.0.0', 32, 'ipv4'],
  ['::', 128, 'ipv6'],
  // Loopback.
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
  // Private (RFC 1918) and unique local (RFC 4193).
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
  // Link-local.
  ['169.254.0.0', 16, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
];

/** Domains that no public name server answers for: the machine, the site, Kubernetes, Consul, mDNS. */
const LOCAL_DOMAINS = ['localhost', 'local', 'internal', 'svc', 'consul', 'home.arpa'];

const networks = new BlockList();
for (const [address, prefix, family] of LOCAL_NETWORKS) networks.addSubnet(address, prefix, family);

/** Whether a canonical host is on this machine or in its network: by address, or by a name only that network can resolve. */
export function isLocalHost(host: string): boolean {
  const family = isIP(host);
  if (family !== 0) return networks.check(host, family === 6 ? 'ipv6' : 'ipv4');
  return !host.includes('.') || LOCAL_DOMAINS.some((domain) => isWithin(host, domain));
}
