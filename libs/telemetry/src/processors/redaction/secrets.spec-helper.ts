import { Dice } from '../../sdk/tracer/random-calls.spec-helper.js';

/** A secret that was made up. */
export interface Secret {
  readonly kind: string;
  readonly value: string;
  /** The name it needs to be known as one; others are known by how they look. */
  readonly name: string | undefined;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const WORDS = ['ada', 'grace', 'linus', 'margaret', 'ken', 'barbara', 'edsger', 'radia'];

/** Makes secrets of every kind; the same seed makes the same ones. */
export class SecretMaker {
  readonly #dice: Dice;
  #count = 0;

  constructor(seed: number) {
    this.#dice = new Dice(seed);
  }

  /** Distinct secrets, of all kinds in turn. */
  make(count: number): Secret[] {
    const made = new Map<string, Secret>();
    while (made.size < count) {
      for (const [kind, make] of Object.entries(this.#kinds())) {
        const [value, name] = make();
        if (made.size < count) made.set(value, { kind, value, name });
      }
    }
    return [...made.values()];
  }

  #kinds(): Record<string, () => [value: string, name?: string]> {
    return {
      email: () => [
        `${this.#pick(WORDS)}.${this.#text(LOWER, 6)}${this.#next()}@${this.#text(LOWER, 7)}.example`,
      ],
      jwt: () => [
        [
          { alg: 'HS256', typ: 'JWT' },
          { sub: this.#text(DIGITS, 10), n: this.#next() },
        ]
          .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
          .join('.') + `.${this.#token(43)}`,
      ],
      bearer: () => [`Bearer ${this.#token(24)}${this.#next()}`],
      basic: () => [
        `Basic ${Buffer.from(`${this.#pick(WORDS)}:${this.#token(10)}${this.#next()}`).toString('base64')}`,
      ],
      visa: () => [this.#card('4', 16)],
      mastercard: () => [this.#card(`5${1 + this.#dice.below(5)}`, 16)],
      amex: () => [this.#card('37', 15)],
      'card in groups': () => [this.#card('4', 16).replaceAll(/(.{4})(?=.)/g, '$1 ')],
      'german iban': () => [this.#iban('DE', this.#text(DIGITS, 18))],
      'british iban': () => [this.#iban('GB', this.#text(UPPER, 4) + this.#text(DIGITS, 14))],
      'iban in groups': () => [
        this.#iban(
          'FR',
          this.#text(DIGITS, 10) + this.#text(UPPER + DIGITS, 11) + this.#text(DIGITS, 2),
        ).replaceAll(/(.{4})(?=.)/g, '$1 '),
      ],
      'private key': () => [
        `-----BEGIN PRIVATE KEY-----\n${this.#token(64)}\n${this.#token(40)}${this.#next()}==\n-----END PRIVATE KEY-----`,
      ],
      'url with password': () => [`postgres://shop:${this.#token(14)}${this.#next()}@db.internal:5432/shop`],
      aws: () => [`AKIA${this.#text(UPPER, 8)}${this.#text(DIGITS, 4)}${this.#text(UPPER, 4)}`],
      google: () => [`AIza${this.#token(33)}${this.#next() % 10}7`],
      github: () => [`ghp_${this.#text(LOWER + UPPER + DIGITS, 35)}7`],
      slack: () => [`xoxb-${this.#text(DIGITS, 12)}-${this.#token(24)}`],
      stripe: () => [`sk_live_${this.#text(LOWER + DIGITS, 23)}4`],
      password: () => [`${this.#text(LOWER, 5)}!${this.#text(UPPER + DIGITS, 5)}${this.#next()}`, 'password'],
      'pass phrase': () => [
        `correct-${this.#text(LOWER, 6)}-${this.#text(LOWER, 6)}-${this.#next()}`,
        'passphrase',
      ],
      'api key': () => [this.#text(LOWER + DIGITS, 20) + this.#next(), 'x-api-key'],
      'client secret': () => [this.#token(20) + this.#next(), 'clientSecret'],
      'session cookie': () => [`${this.#text(LOWER + DIGITS, 18)}${this.#next()}`, 'cookie'],
      'reset token': () => [`${this.#text(LOWER + DIGITS, 15)}${this.#next()}`, 'reset_token'],
      ssn: () => [
        `${100 + this.#dice.below(800)}-${10 + this.#dice.below(89)}-${1000 + this.#next()}`,
        'ssn',
      ],
    };
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }

  #pick<T>(choices: readonly T[]): T {
    return this.#dice.pick(choices);
  }

  #text(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet.charAt(this.#dice.below(alphabet.length))).join('');
  }

  #token(length: number): string {
    return this.#text(LOWER + UPPER + DIGITS, length);
  }

  #card(prefix: string, length: number): string {
    const body = prefix + this.#text(DIGITS, length - prefix.length - 1);
    let sum = 0;
    for (const [index, digit] of body.split('').toReversed().entries()) {
      const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
      sum += value > 9 ? value - 9 : value;
    }
    return body + ((10 - (sum % 10)) % 10);
  }

  #iban(country: string, account: string): string {
    const number = `${account}${country}00`
      .split('')
      .map((character) => parseInt(character, 36))
      .join('');
    const check = 98n - (BigInt(number) % 97n);
    return `${country}${String(check).padStart(2, '0')}${account}`;
  }
}

/** Forms in which a secret could still be read by whoever gets it. */
export function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      encodeURI(secret),
      json,
      JSON.stringify(json).slice(1, -1),
      Buffer.from(secret).toString('base64').replaceAll('=', ''),
      Buffer.from(secret).toString('base64url'),
    ]),
  ];
}

/** The part of a secret that must not be seen, where the rest of it may: the host of a URL, the word `Bearer`. */
export function coreOf({ kind, value }: Secret): string {
  switch (kind) {
    case 'bearer':
    case 'basic':
      return value.slice(value.indexOf(' ') + 1);
    case 'url with password':
      return value.slice('postgres://shop:'.length, value.indexOf('@'));
    case 'private key':
      return value.split('\n')[1] ?? value;
    default:
      return value;
  }
}
