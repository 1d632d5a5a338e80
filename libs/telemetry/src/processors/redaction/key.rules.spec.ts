import { describe, expect, it } from 'vitest';
import * as semconv from '../../semconv.js';
import { METRICS } from '../../metrics/catalog.js';
import { KeyRules } from './key.rules.js';
import { KEY_WORDS } from './key.words.js';

const keys = new KeyRules();
const ruleOf = (name: string) => keys.verdict(name).rule;

describe('A name is secret', () => {
  it.each([
    ['password', 'password'],
    ['user.password', 'password'],
    ['userPassword', 'password'],
    ['DB_PASSWORD', 'password'],
    ['newPasswordConfirmation', 'password'],
    ['password_hash', 'password'],
    ['password2', 'password'],
    ['user[password]', 'password'],
    ['http.request.header.authorization', 'authorization'],
    ['http.response.header.set-cookie', 'cookie'],
    ['x-api-key', 'key'],
    ['X-Api-Key', 'key'],
    ['apikey', 'key'],
    ['apiKey', 'key'],
    ['APIKey', 'key'],
    ['accessToken', 'token'],
    ['access_token', 'token'],
    ['accesstoken', 'token'],
    ['APIToken', 'token'],
    ['AWS_SECRET_ACCESS_KEY', 'key'],
    ['card.number', 'card'],
    ['creditCardNumber', 'card'],
    ['cvv', 'card'],
    ['iban', 'bank'],
    ['customer-email', 'email'],
    ['e-mail', 'email'],
    ['SSN', 'identity'],
    ['dateOfBirth', 'identity'],
    ['clientSecret', 'secret'],
    ['mfa_code', 'code'],
  ])('%s, by rule %s', (name, rule) => {
    expect(ruleOf(name)).toBe(rule);
  });

  it('in every way each of the listed phrases may be written', () => {
    for (const [rule, phrases] of Object.entries(KEY_WORDS)) {
      for (const phrase of phrases) {
        const words = phrase.split(' ');
        const camel = words.map((word, index) =>
          index === 0 ? word : word[0]?.toUpperCase() + word.slice(1),
        );
        for (const name of [
          words.join('_'),
          words.join('-'),
          words.join('.'),
          camel.join(''),
          words.join(''),
        ])
          expect([name, ruleOf(name)]).toEqual([name, rule]);
      }
    }
  });
});

describe('A name is not secret', () => {
  it.each([
    'token_count',
    'token.type',
    'author',
    'authority',
    'authorId',
    'secretary',
    'passenger',
    'compass',
    'bypass',
    'card_count',
    'discard',
    'cookie_policy',
    'keyboard',
    'monkey',
    'key',
    'cache.key',
    'idempotency-key',
    'emailTemplate',
    'email_verified',
    'spin',
    'opinion',
    'messaging.kafka.message.key',
    'k8s.secret.name',
    'session.id',
    '',
    '日本語',
    'überpassword',
  ])('%s', (name) => {
    expect(ruleOf(name)).toBeUndefined();
  });

  it('because the conventions or our metrics have it', () => {
    const names = [
      ...Object.values(semconv).filter((name) => typeof name === 'string'),
      ...Object.values(METRICS).flatMap(({ attributes }) => attributes),
    ];
    expect(names.filter((name) => ruleOf(name) !== undefined)).toEqual([]);
  });
});

describe('The list of names', () => {
  it('takes names of the user, in any spelling', () => {
    const own = new KeyRules({ employeeNumber: true });
    for (const name of ['employee_number', 'user.employeeNumber', 'EMPLOYEE-NUMBER'])
      expect(own.verdict(name).rule).toBe('employeeNumber');
  });

  it('loses a rule or a single name', () => {
    const own = new KeyRules({ email: false, cvv: false });
    for (const name of ['email', 'user.mail', 'cvv']) expect(own.verdict(name).rule).toBeUndefined();
    expect(own.verdict('card_number').rule).toBe('card');
  });

  it('has exceptions for names as they are written', () => {
    const own = new KeyRules({}, ['contact.email']);
    expect(own.verdict('contact.email').rule).toBeUndefined();
    expect(own.verdict('user.email').rule).toBe('email');
  });
});
