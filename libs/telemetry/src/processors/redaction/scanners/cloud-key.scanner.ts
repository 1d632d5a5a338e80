import { classOf, DIGIT, isAt, LETTER, TOKEN } from '../characters.js';
import type { Found, Scanner } from '../scanner.js';
import { LONG } from '../signs.js';

/** Letters, digits, `_`, `-` and these may be in the part after the prefix. */
const MARKS = '.~/+=';
/** Prefixes of keys and the least number of characters that follow. Those of a vendor stand together. */
const PREFIXES: Readonly<Record<string, number>> = {
  // Amazon Web Services
  AKIA: 16,
  ASIA: 16,
  ABIA: 16,
  ACCA: 16,
  // Google
  AIza: 30,
  'ya29.': 20,
  'GOCSPX-': 20,
  // GitHub, GitLab
  ghp_: 20,
  gho_: 20,
  ghu_: 20,
  ghs_: 20,
  ghr_: 20,
  github_pat_: 20,
  'glpat-': 16,
  'gldt-': 16,
  'glrt-': 16,
  // Slack, Discord
  'xoxb-': 10,
  'xoxp-': 10,
  'xoxa-': 10,
  'xoxr-': 10,
  'xoxs-': 10,
  'xoxe-': 10,
  'xapp-': 10,
  'hooks.slack.com/services/': 16,
  'discord.com/api/webhooks/': 16,
  // Stripe, Square, Shopify
  sk_live_: 10,
  sk_test_: 10,
  rk_live_: 10,
  rk_test_: 10,
  whsec_: 16,
  'sq0atp-': 16,
  'sq0csp-': 16,
  shpat_: 20,
  shpca_: 20,
  shpss_: 20,
  // Model providers
  'sk-ant-': 16,
  'sk-proj-': 16,
  'sk-': 32,
  hf_: 24,
  // Package registries
  npm_: 30,
  'pypi-': 30,
  dckr_pat_: 16,
  // Others
  'SG.': 30,
  'key-': 32,
  'hvs.': 20,
  dop_v1_: 30,
  doo_v1_: 30,
  dapi: 32,
  'NRAK-': 20,
  'PMAK-': 24,
  lin_api_: 20,
  glsa_: 20,
  'AGE-SECRET-KEY-1': 30,
  sbp_: 30,
};

interface Prefix {
  readonly text: string;
  /** The least number of characters that follow. */
  readonly rest: number;
}

const LETTERS_OF_TWO = 1 << 14;
const CHARACTERS = 128;
/** By the first two characters: the number of the group in {@link groups}. Every character of a text is asked for here. */
const groupAt = new Uint8Array(LETTERS_OF_TWO);
const groups: Prefix[][] = [[]];
for (const [text, rest] of Object.entries(PREFIXES)) {
  const pair = (text.charCodeAt(0) << 7) | text.charCodeAt(1);
  if (groupAt[pair] === 0) groupAt[pair] = groups.push([]) - 1;
  groups[groupAt[pair] ?? 0]?.push({ text, rest });
}

// What the third and the fourth character of each group may be. The fourth is any where the third is the last one.
const FOURTH = 1;
const ANY_FOURTH = 2;
const thirds = new Uint8Array(groups.length * CHARACTERS);
const fourths = new Uint8Array(groups.length * CHARACTERS);
for (const [number, group] of groups.entries()) {
  for (const { text } of group) {
    const third = number * CHARACTERS + text.charCodeAt(2);
    if (text.length === 3) thirds[third] = ANY_FOURTH;
    else thirds[third] ||= FOURTH;
    if (text.length > 3) fourths[number * CHARACTERS + text.charCodeAt(3)] = 1;
  }
}

/** What the part after the prefix is made of, and digits among it. */
const PART = 1;
const DIGIT_PART = 2;
const parts = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const bits = classOf(code);
  if ((bits & DIGIT) !== 0) parts[code] = DIGIT_PART;
  else if ((bits & (LETTER | TOKEN)) !== 0 || MARKS.includes(String.fromCharCode(code))) parts[code] = PART;
}

/** Keys that vendors give a prefix of its own: AWS, Google, GitHub, Slack, Stripe and others. */
export const cloudKeyScanner: Scanner = {
  name: 'cloud_key',
  signs: LONG,
  scan(text, found) {
    const { length } = text;
    let pair = 0;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      pair = ((pair << 7) & (LETTERS_OF_TWO - 1)) | (code < 128 ? code : 0);
      const group = groupAt[pair] ?? 0;
      // A prefix stands at the beginning of a word.
      if (group === 0 || isAt(text, at - 2, LETTER | DIGIT) || !mayFollow(text, at + 1, group)) continue;
      const end = endOfKey(text, at - 1, groups[group] ?? [], found);
      if (end < 0) continue;
      at = end - 1;
      pair = 0;
    }
  },
};

/** Whether the third and the fourth character are of any prefix of the group. */
function mayFollow(text: string, at: number, group: number): boolean {
  if (at >= text.length) return false;
  const third = text.charCodeAt(at);
  const kind = third < CHARACTERS ? (thirds[group * CHARACTERS + third] ?? 0) : 0;
  if (kind !== FOURTH) return kind === ANY_FOURTH;
  if (at + 1 >= text.length) return false;
  const fourth = text.charCodeAt(at + 1);
  return fourth < CHARACTERS && fourths[group * CHARACTERS + fourth] === 1;
}

function endOfKey(text: string, start: number, prefixes: readonly Prefix[], found: Found): number {
  for (const prefix of prefixes) {
    if (!isPrefix(prefix.text, text, start)) continue;
    const from = start + prefix.text.length;
    let end = from;
    let digits = 0;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      const part = code < 128 ? (parts[code] ?? 0) : 0;
      if (part === 0) break;
      if (part === DIGIT_PART) digits += 1;
    }
    // Keys are random: without a digit it is a name, as in `key-management-service-for-everything`.
    if (end - from >= prefix.rest && digits > 0) found(start, end);
    return end;
  }
  return -1;
}

/** Whether the text has it there; of its first two characters that is known. */
function isPrefix(prefix: string, text: string, start: number): boolean {
  if (start + prefix.length > text.length) return false;
  for (let at = 2; at < prefix.length; at++) {
    if (text.charCodeAt(start + at) !== prefix.charCodeAt(at)) return false;
  }
  return true;
}
