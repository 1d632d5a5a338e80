import type { JsonAttributes, JsonValue } from '../api/api.types.js';

/** A secret that was found: never itself, only where and what it looks like. */
export interface FoundSecret {
  readonly attribute: string;
  readonly kind: string;
}

const NAMES =
  /(^|[._-])(authorization|proxy[._-]authorization|cookie|set[._-]cookie|passw(or)?d|passphrase|client[._-]?secret|api[._-]?key|x[._-]api[._-]key|access[._-]?token|refresh[._-]?token|id[._-]?token|private[._-]?key|secret|credentials?)$/iu;
/** What was taken out already, or says only that there was something. */
const HARMLESS =
  /^\W*(?:redacted|filtered|masked|removed|hidden|null|none|true|false|\*+|x{3,}|\?)?\W*$|\[redacted|<redacted/iu;
const VALUES: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['a JWT', /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/u],
  ['credentials of an Authorization header', /\b(?:bearer|basic)\s+[\w+/=.~-]{12,}/iu],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/u],
  ['an AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/u],
  ['a token of GitHub', /\bgh[pousr]_[A-Za-z0-9]{36,}\b/u],
  ['a password in a URL', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{1,100}:[^\s/:@*]{1,100}@/iu],
];
const CARD = /(?<![\w.-])(?:\d[ -]?){12,18}\d(?![\w.-])/gu;
/** In a JSON text that has none of these is no secret of any kind, and it need not be parsed. */
const HINT =
  /eyJ|bearer|basic\s|PRIVATE KEY|AKIA|ASIA|gh[pousr]_|:\/\/[^"]*@|passw|passphrase|secret|cookie|authorization|api[._-]?key|[._-]?token"|private|credential|(?:\d[ -]?){13}/iu;
const LONGEST = 4000;

/** Whether it is worth parsing this JSON to look for secrets. */
export function mayHoldSecrets(json: string): boolean {
  return HINT.test(json);
}

/** Attributes that hold a secret, by their names or by how their values look. */
export function secretsIn(attributes: JsonAttributes): FoundSecret[] {
  return Object.entries(attributes).flatMap(([attribute, value]) => {
    const kind = secretNamed(attribute, value) ?? secretIn(value);
    return kind === undefined ? [] : { attribute, kind };
  });
}

/** What kind of secret a value looks like. */
export function secretIn(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return secretIn(String(value));
  if (Array.isArray(value))
    return secretIn((value as readonly JsonValue[]).slice(0, 20).map(textOf).join('\n'));
  if (typeof value !== 'string') return undefined;
  const text = value.slice(0, LONGEST);
  const [kind] = VALUES.find(([, pattern]) => pattern.test(text)) ?? [];
  return kind ?? (hasCardNumber(text) ? 'the number of a card' : undefined);
}

function secretNamed(name: string, value: JsonValue): string | undefined {
  const texts = (Array.isArray(value) ? (value as readonly JsonValue[]) : [value]).map(textOf);
  return NAMES.test(name) && texts.some((text) => !HARMLESS.test(text)) ? 'what its name says' : undefined;
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function hasCardNumber(text: string): boolean {
  for (const [match] of text.matchAll(CARD)) {
    const digits = match.replaceAll(/\D/gu, '');
    if (/^(?:3[47]|4|5[1-5]|2[2-7]|6)/u.test(digits) && isLuhn(digits)) return true;
  }
  return false;
}

function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]) * (index % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}
