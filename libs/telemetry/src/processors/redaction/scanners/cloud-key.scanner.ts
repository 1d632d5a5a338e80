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
  readonly third: number;
  readonly fourth: number;
  /** The least number of characters that follow. */
  readonly rest: number;
}

const LETTERS_OF_TWO = 1 << 14;
/** By the first two characters: the number of the group in {@link groups}. Every character of a text is asked for here. */
const groupAt = new Uint8Array(LETTERS_OF_TWO);
const groups: Prefix[][] = [[]];
for (const [text, rest] of Object.entries(PREFIXES)) {
  const pair = (text.charCodeAt(0) << 7) | text.charCodeAt(1);
  if (groupAt[pair] === 0) groupAt[pair] = groups.push([]) - 1;
  // Of three characters the fourth may be any.
  const fourth = text.length > 3 ? text.charCodeAt(3) : -1;
  groups[groupAt[pair] ?? 0]?.push({ text, third: text.charCodeAt(2), fourth, rest });
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
      if (group === 0 || isAt(text, at - 2, LETTER | DIGIT)) continue;
      const end = endOfKey(text, at - 1, groups[group] ?? [], found);
      if (end < 0) continue;
      at = end - 1;
      pair = 0;
    }
  },
};

function endOfKey(text: string, start: number, prefixes: readonly Prefix[], found: Found): number {
  const third = text.charCodeAt(start + 2);
  const fourth = text.charCodeAt(start + 3);
  for (const prefix of prefixes) {
    if (prefix.third !== third || (prefix.fourth !== fourth && prefix.fourth >= 0)) continue;
    if (!text.startsWith(prefix.text, start)) continue;
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
