import { classOf, DIGIT, isAt, LETTER, LOCAL, TOKEN } from '../characters.js';
import type { Found, Scanner } from '../scanner.js';
import { AT } from '../signs.js';

const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 253;
const DOT = 0x2e;
const AT_SIGN = 0x40;
const SLASH = 0x2f;
const SPACE = 0x20;
/** Endings that are files, as in `logo@2x.png`. */
const FILES: ReadonlySet<string> = new Set(
  'png jpg jpeg gif svg webp ico css scss js mjs cjs ts mts cts jsx tsx json map html'.split(' '),
);

/** Addresses of e-mail: `ada@example.com`, also with letters of other alphabets; not `pkg@1.2.3` or `icon@2x.png`. */
export const emailScanner: Scanner = {
  name: 'email',
  signs: AT,
  scan(text, found) {
    const { length } = text;
    for (let at = 1; at < length; at++) {
      if (text.charCodeAt(at) !== AT_SIGN || !isLocal(text.charCodeAt(at - 1))) continue;
      // The domain first: most of what is none has no dot, and no other address begins within it.
      const over = endOfLabels(text, at + 1);
      const end = over < 0 ? -1 : endOfDomain(text, at + 1, over);
      if (end >= 0) scanBefore(text, at, end, found);
      at = (over < 0 ? -over : over) - 1;
    }
  },
};

function scanBefore(text: string, at: number, end: number, found: Found): void {
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL && isLocal(text.charCodeAt(start - 1))) start -= 1;
  // Marks are allowed there, but in the beginning they nearly always belong to what stands before.
  while (start < at && isMark(text.charCodeAt(start))) start += 1;
  if (start < at && !isUserinfo(text, start)) found(start, end);
}

/** `postgres://shop:password@host`: what stands before the `@` is found by another rule, and the host is no secret. */
function isUserinfo(text: string, start: number): boolean {
  const limit = Math.max(1, start - LONGEST_LOCAL);
  let at = start;
  while (at > limit && isUserinfoPart(text.charCodeAt(at - 1))) at -= 1;
  return text.charCodeAt(at - 1) === SLASH && text.charCodeAt(at - 2) === SLASH;
}

function isUserinfoPart(code: number): boolean {
  return code > SPACE && code !== SLASH && code !== AT_SIGN;
}

/** Where the characters of a domain are over; below zero when they have no dot. */
function endOfLabels(text: string, from: number): number {
  const limit = Math.min(text.length, from + LONGEST_DOMAIN);
  let at = from;
  let hasDot = false;
  for (; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      // An empty label: the domain was over before.
      if (at === from || text.charCodeAt(at - 1) === DOT) break;
      hasDot = true;
    } else if (code < 128 && (classOf(code) & TOKEN) === 0) {
      break;
    }
  }
  return hasDot ? at : -at;
}

/** Where a domain ends that has two labels or more and a last one of letters; -1 if there is none. */
function endOfDomain(text: string, from: number, over: number): number {
  // `ada@example.com.` ends a sentence.
  const end = text.charCodeAt(over - 1) === DOT ? over - 1 : over;
  const lastDot = text.lastIndexOf('.', end - 1);
  if (lastDot < from || !isTopLevel(text, lastDot + 1, end) || isVersion(text, from)) return -1;
  return end;
}

function isTopLevel(text: string, from: number, to: number): boolean {
  if (to - from < 2) return false;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    // xn--p1ai has digits and dashes.
    if (code < 128 && (classOf(code) & LETTER) === 0 && !text.startsWith('xn--', from)) return false;
  }
  return to - from > 4 || !FILES.has(text.slice(from, to).toLowerCase());
}

/** `@4.18.2-next.rc`: two numbers in the beginning. */
function isVersion(text: string, from: number): boolean {
  let at = from;
  while (isAt(text, at, DIGIT)) at += 1;
  return at > from && text.charCodeAt(at) === DOT && isAt(text, at + 1, DIGIT);
}

function isLocal(code: number): boolean {
  return code >= 128 || (classOf(code) & LOCAL) !== 0;
}

function isMark(code: number): boolean {
  return code < 128 && (classOf(code) & TOKEN) === 0;
}
