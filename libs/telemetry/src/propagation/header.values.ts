import type { TextMapGetter } from '@opentelemetry/api';

/** A header as it was received: one value, or one per line. Whatever is in the lines, it is not empty. */
export type Header = string | readonly unknown[];

/** Reads a header. The type of a getter promises texts, but the one of the API hands out what a message had there. */
export function headerOf(getter: TextMapGetter, carrier: unknown, name: string): Header | undefined {
  const value: unknown = getter.get(carrier, name);
  if (typeof value !== 'string' && !Array.isArray(value)) return undefined;
  return value.length === 0 ? undefined : value;
}

/**
 * The value of a header that may have come in several lines, as one list (RFC 9110, 5.3); undefined when it is longer than
 * `limit`, which is found out without looking at all of it.
 */
export function combined(header: Header, limit: number): string | undefined {
  const list = beginning(header, limit + 1);
  return list.length > limit ? undefined : list;
}

/** The first characters of a header as one list. */
export function beginning(header: Header, length: number): string {
  if (typeof header === 'string') return header.slice(0, length);
  let list = '';
  for (const [at, line] of header.entries()) {
    if (at > 0) list += ',';
    if (typeof line === 'string') list += line.slice(0, length);
    if (list.length >= length) break;
  }
  return list.slice(0, length);
}

/** Calls back with every part between separators, without the spaces and tabs around it; `false` stops. */
export function eachPart(list: string, separator: string, visit: (part: string) => boolean): void {
  let start = 0;
  while (start <= list.length) {
    const found = list.indexOf(separator, start);
    const end = found < 0 ? list.length : found;
    if (!visit(trimmed(list, start, end))) return;
    start = end + 1;
  }
}

/** A part of a text without the spaces and tabs around it. `trim()` would take more than those away. */
export function trimmed(text: string, from = 0, to = text.length): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
