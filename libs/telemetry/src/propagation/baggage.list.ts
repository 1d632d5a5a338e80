import { propagation, type Baggage, type BaggageEntry } from '@opentelemetry/api';
import { parseMember, renderMember } from './baggage.member.js';
import { beginning, eachPart, type Header } from './header.values.js';
import { countRejection } from './rejections.js';

/** Entries and bytes of a list (W3C Baggage, "Limits"; the bytes are characters, because a list is ASCII). */
export const MAX_ENTRIES = 180;
export const MAX_BYTES = 8192;

const received = new WeakSet<BaggageEntry>();

/** Whether an entry came from outside, as opposed to one this process has set. */
export function isReceived(entry: BaggageEntry): boolean {
  return received.has(entry);
}

/** Reads a `baggage` list. A malformed member is left out; of a list that is too long the beginning is kept. */
export function parseBaggage(header: Header): Baggage | undefined {
  // Without a prototype, because a key may be called `__proto__`.
  const entries = Object.create(null) as Record<string, BaggageEntry>;
  let count = 0;
  eachPart(wholeMembers(header), ',', (part) => {
    if (part === '') return true;
    const member = parseMember(part);
    if (member === undefined) {
      countRejection('baggage_malformed');
      return true;
    }
    if (count === MAX_ENTRIES) {
      countRejection('baggage_too_many');
      return false;
    }
    count += 1;
    const [key, entry] = member;
    entries[key] = entry;
    received.add(entry);
    return true;
  });
  return count === 0 ? undefined : propagation.createBaggage(entries);
}

/** Whole members out of the first {@link MAX_BYTES} characters. */
function wholeMembers(header: Header): string {
  const list = beginning(header, MAX_BYTES + 1);
  if (list.length <= MAX_BYTES) return list;
  countRejection('baggage_too_long');
  return list.slice(0, Math.max(list.lastIndexOf(','), 0));
}

/** Entries that fit into a list together, in order, with their written form. */
export function fittingMembers(
  entries: Iterable<readonly [string, BaggageEntry]>,
  maxBytes: number,
  leftOut: (key: string, entry: BaggageEntry) => void,
): Map<string, string> {
  const members = new Map<string, string>();
  let bytes = 0;
  for (const [key, entry] of entries) {
    const member = renderMember(key, entry);
    const size = member === undefined ? 0 : member.length + (members.size === 0 ? 0 : 1);
    if (member === undefined || members.size === MAX_ENTRIES || bytes + size > maxBytes) {
      leftOut(key, entry);
      continue;
    }
    members.set(key, member);
    bytes += size;
  }
  return members;
}
