import { propagation, type Baggage, type BaggageEntry, type Context } from '@opentelemetry/api';
import { currentRedactor } from '../processors/redaction/current.redactor.js';
import { warn } from '../telemetry.warnings.js';
import { fittingMembers, isReceived, MAX_ENTRIES } from './baggage.list.js';
import { longestForm } from './baggage.member.js';
import { HostList } from './host.list.js';
import { canonicalHost, isWithin, parentDomain } from './host.names.js';
import { isLocalHost } from './local.hosts.js';
import { countRejection } from './rejections.js';

/** What may leave this process, and where to. */
export interface OutboundRules {
  /** Hosts beside the local ones; `*` for all. */
  readonly outboundHosts: '*' | readonly string[];
  /** Hosts whose siblings are trusted. */
  readonly sameSuffixAs: readonly string[];
  /** Baggage keys; one ending in `*` is a prefix, `*` alone is all. */
  readonly baggageKeys: '*' | readonly string[];
  readonly maxBaggageBytes: number;
}

/** Hosts in use are few; a bound, should an application make them up. */
const MAX_VERDICTS = 1000;
/** As many baggage keys are named in warnings. */
const MAX_NAMED_KEYS = 10;

/** Where the trust boundary is on the way out (docs/adr/0006). Compiled once; a verdict on a known host is one look-up. */
export class OutboundPolicy {
  readonly #everywhere: boolean;
  readonly #listed: HostList;
  readonly #domains: readonly string[];
  readonly #verdicts = new Map<string, boolean>();
  readonly #allKeys: boolean;
  readonly #keys: ReadonlySet<string>;
  readonly #prefixes: readonly string[];
  readonly #maxBaggageBytes: number;
  readonly #named = new Set<string>();

  constructor({ outboundHosts, sameSuffixAs, baggageKeys, maxBaggageBytes }: OutboundRules) {
    this.#everywhere = outboundHosts.includes('*');
    this.#listed = new HostList(outboundHosts === '*' ? [] : outboundHosts.filter((host) => host !== '*'));
    this.#domains = sameSuffixAs.flatMap((host) => parentDomain(canonicalHost(host) ?? '') ?? []);
    const keys = baggageKeys === '*' ? ['*'] : baggageKeys;
    this.#allKeys = keys.includes('*');
    this.#keys = new Set(keys);
    this.#prefixes = keys.filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1));
    this.#maxBaggageBytes = maxBaggageBytes;
  }

  /** Whether context may be sent to a host; a port behind it changes nothing. */
  mayPropagateTo(host: string): boolean {
    if (this.#everywhere) return true;
    let allowed = this.#verdicts.get(host);
    if (allowed === undefined) {
      const name = canonicalHost(host);
      allowed = name !== undefined && name !== '' && this.#isInside(name);
      if (this.#verdicts.size >= MAX_VERDICTS) this.#verdicts.clear();
      // What is no host may be of any length.
      if (name !== undefined) this.#verdicts.set(host, allowed);
    }
    if (!allowed) countRejection('host_not_allowed');
    return allowed;
  }

  /** The context with the baggage that may be sent: allowed keys, as many as fit. */
  outgoing(context: Context): Context {
    const baggage = propagation.getBaggage(context);
    if (baggage === undefined) return context;
    const entries = baggage.getAllEntries();
    const allowed = entries.filter(([key, entry]) => this.#mayLeave(key, entry));
    if (allowed.length === entries.length && this.#surelyFit(entries)) return context;
    const fitting = fittingMembers(allowed, this.#maxBaggageBytes, (key, entry) => {
      countRejection('baggage_too_long');
      this.#explain(key, entry, `baggage is limited to ${this.#maxBaggageBytes} bytes`);
    });
    if (fitting.size === entries.length) return context;
    if (fitting.size === 0) return propagation.deleteBaggage(context);
    return propagation.setBaggage(context, without(baggage, entries, fitting));
  }

  #surelyFit(entries: readonly (readonly [string, BaggageEntry])[]): boolean {
    const longest = entries.reduce((sum, [key, entry]) => sum + longestForm(key, entry), 0);
    return longest <= this.#maxBaggageBytes && entries.length <= MAX_ENTRIES;
  }

  #isInside(host: string): boolean {
    return (
      isLocalHost(host) || this.#listed.has(host) || this.#domains.some((domain) => isWithin(host, domain))
    );
  }

  #mayLeave(key: string, entry: BaggageEntry): boolean {
    if (this.#allKeys || this.#keys.has(key) || this.#prefixes.some((prefix) => key.startsWith(prefix))) {
      return this.#isNoSecret(key, entry);
    }
    countRejection('baggage_key_not_allowed');
    this.#explain(key, entry, 'it is not in propagation.baggageKeys');
    return false;
  }

  /** A secret is left out rather than masked: who reads baggage expects a value it can work with. */
  #isNoSecret(key: string, entry: BaggageEntry): boolean {
    if (currentRedactor().mayBeSent(key, entry.value)) return true;
    countRejection('baggage_secret');
    this.#explain(key, entry, 'its name or value looks secret (see docs/guides/redaction.md)');
    return false;
  }

  /** What the application set itself and does not arrive has to be explained; what others sent along has not. */
  #explain(key: string, entry: BaggageEntry, reason: string): void {
    if (isReceived(entry) || this.#named.has(key) || this.#named.size >= MAX_NAMED_KEYS) return;
    this.#named.add(key);
    warn('NT_BAGGAGE_NOT_SENT', { key: JSON.stringify(key.slice(0, 64)), reason });
  }
}

function without(
  baggage: Baggage,
  entries: readonly (readonly [string, BaggageEntry])[],
  kept: ReadonlyMap<string, string>,
): Baggage {
  return baggage.removeEntries(...entries.map(([key]) => key).filter((key) => !kept.has(key)));
}
