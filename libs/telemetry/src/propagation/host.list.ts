import { BlockList, isIP } from 'node:net';
import { canonicalHost, isWithin } from './host.names.js';

const CIDR = /^([0-9a-f:.]+)\/(\d{1,3})$/i;

/** Names, `*.domain`, addresses and networks such as `10.0.0.0/8`, compiled once. */
export class HostList {
  readonly #hosts = new Set<string>();
  readonly #domains: string[] = [];
  readonly #networks = new BlockList();

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) this.#add(pattern);
  }

  /** Whether a canonical host is on the list. */
  has(host: string): boolean {
    if (this.#hosts.has(host)) return true;
    const family = isIP(host);
    if (family !== 0) return this.#networks.check(host, family === 6 ? 'ipv6' : 'ipv4');
    return this.#domains.some((domain) => host !== domain && isWithin(host, domain));
  }

  #add(pattern: string): void {
    const [, address, prefix] = CIDR.exec(pattern) ?? [];
    if (address !== undefined) {
      this.#networks.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
    } else if (pattern.startsWith('*.')) {
      this.#domains.push(pattern.slice(2).toLowerCase());
    } else {
      this.#hosts.add(canonicalHost(pattern) ?? pattern);
    }
  }
}
