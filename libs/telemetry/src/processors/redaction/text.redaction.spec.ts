import { describe, expect, it } from 'vitest';
import type { RedactionOptions } from '../../telemetry.options.js';
import { createRedactor } from './standard.redactor.js';

const redact = (text: string, options?: RedactionOptions) =>
  createRedactor(options).redactor.text(text, 'log');

describe('Within a text', () => {
  it.each([
    ['mail to ada@example.com.', 'mail to [redacted:email].'],
    ['mailto:ada+x@mail.example.co.uk?x', 'mailto:[redacted:email]?x'],
    ['jürgen@bücher.example', '[redacted:email]'],
    ['a%40b.com', '[redacted:email]'],
    ['a%2540b.com', '[redacted:email]'],
    ['a\\u0040b.com', '[redacted:email]'],
    ['postgres://u:p@ss@db:5432/x', 'postgres://[redacted:url_credentials]@db:5432/x'],
    ['https://token@github.com/a/b', 'https://[redacted:url_credentials]@github.com/a/b'],
    ['Authorization: Bearer abc.def-123', 'Authorization: [redacted:authorization]'],
    ['sent bearer abc.def-123, then', 'sent bearer [redacted:credentials], then'],
    ['q=Bearer+abc.def-123&x', 'q=Bearer+[redacted:credentials]&x'],
    ['http://x.example/?to=ada%40example.com', 'http://x.example/?to=[redacted:email]'],
    ['-----BEGIN+PRIVATE+KEY-----%0Aabc-----END+PRIVATE+KEY-----&x', '[redacted:private_key]&x'],
    ['basic dXNlcjpwYXNz!', 'basic [redacted:credentials]!'],
    ['card 4111 1111 1111 1111!', 'card [redacted:card]!'],
    ['4111-1111-1111-1111', '[redacted:card]'],
    ['3782 822463 10005', '[redacted:card]'],
    ['12 4111 1111 1111 1111 12', '12 [redacted:card] 12'],
    ['IBAN GB29 NWBK 6016 1331 9268 19.', 'IBAN [redacted:iban].'],
    ['gb29nwbk60161331926819', '[redacted:iban]'],
    ['gb29-nwbk-6016-1331-9268-19', '[redacted:iban]'],
    ['x AKIAIOSFODNN7EXAMPLE', 'x [redacted:cloud_key]'],
    ['password=hunter2&x=1', 'password=[redacted:password]&x=1'],
    ['{"password":"a\\"b","n":1}', '{"password":"[redacted:password]","n":1}'],
    ['{\\"token\\":\\"abc1\\"}', '{\\"token\\":\\"[redacted:token]\\"}'],
    ["{ secret: 'x y z' }", "{ secret: '[redacted:secret]' }"],
    ['Key (password)=(hunter2) exists', 'Key (password)=([redacted:password]) exists'],
    ['mysql --password hunter2 -u x', 'mysql --password [redacted:password] -u x'],
    ['<secret>s3</secret>', '<secret>[redacted:secret]</secret>'],
    ['Cookie: sid=abc; theme=dark\nHost: x', 'Cookie: [redacted:cookie]\nHost: x'],
    ['-----BEGIN EC PRIVATE KEY-----\nabc', '[redacted:private_key]'],
    ['YWRhQGV4YW1wbGUuY29t', '[redacted:base64]'],
    ['Server=db;Password=p1;User=u', 'Server=db;Password=[redacted:password];User=u'],
  ])('%j becomes %j', (text, expected) => {
    expect(redact(text)).toBe(expected);
    expect(redact(expected)).toBe(expected);
  });

  it.each([
    '@',
    'core@12.5.1',
    'icon@2x.png',
    'user@host',
    'Basic auth is required',
    'bearer authentication failed',
    '4111 1111 1111 1112',
    '0.4111111111111111',
    '1700000000000000',
    'DE89 3704 0044 0532 0130 01',
    '/orders/728e1f51-8baf-43ff-be12-694d8af9832f?page=2',
    '08E34325-5F07-4436-BE17-2ADA0F86A944',
    '-----BEGIN CERTIFICATE-----\nabc',
    'password: true',
    'WHERE token = $1 AND password = ?',
    'Unexpected token: }',
    'token=REDACTED',
    'https://example.com/@scope/pkg@1.2.3',
    'key-management-service-for-everything',
    'a ? b : c => d == e',
  ])('%j stays', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('Credentials in a form, where a space is a plus', () => {
  it.each([
    ['Bearer+Bearer+Bearer+ 35301298575458'],
    ['bearer basic+YWRhOmh1bnRlcjI='],
    ['basic+basic+YWRhOmh1bnRlcjI= x'],
    [`${'basic+'.repeat(500)}YWRhOmh1bnRlcjI=`],
  ])('are found however many words stand before them: %#', (text) => {
    const shown = createRedactor().redactor.text(text, 'log');
    expect(shown).toContain('[redacted:credentials]');
    expect(shown).not.toMatch(/35301298575458|YWRhOmh1bnRlcjI/);
  });
});

describe('What is put in the place of a secret', () => {
  const key = 'a key of the user';
  const email = 'from ada@example.com on';

  it('is nothing at all with "drop"', () => {
    expect(redact(email, { strategy: 'drop' })).toBe('from  on');
  });

  it('is the same for the same value with "pseudonym", and another one with another key', () => {
    const options = { strategy: 'pseudonym', pseudonymKey: key } as const;
    const text = redact(email, options);
    expect(text).toMatch(/^from \[redacted:email:[0-9a-f]{16}\] on$/);
    expect(redact(email, options)).toBe(text);
    expect(redact(text, options)).toBe(text);
    const assigned = redact('clientSecret=abc1 and more', options);
    const url = redact('postgres://shop:abc1@db/shop', options);
    expect(redact(url, options)).toBe(url);
    expect(assigned).toMatch(/^clientSecret=\[redacted:secret:[0-9a-f]{16}\] and more$/);
    expect(redact(assigned, options)).toBe(assigned);
    expect(redact(email, { ...options, pseudonymKey: `${key}!` })).not.toBe(text);
    expect(redact(email.replace('ada', 'grace'), options)).not.toBe(text);
  });

  it('may differ from rule to rule', () => {
    const options = {
      values: { email: 'drop' },
      keys: { password: 'pseudonym' },
      pseudonymKey: key,
    } as const;
    expect(redact('a@b.example password=x1 AKIAIOSFODNN7EXAMPLE', options)).toMatch(
      /^ password=\[redacted:password:[0-9a-f]{16}\] \[redacted:cloud_key\]$/,
    );
  });

  it('is refused without a key', () => {
    expect(() => redact(email, { keys: { email: 'pseudonym' } })).toThrow(/NT_OPTION_INVALID.*pseudonymKey/);
  });
});

describe('Rules', () => {
  it('can be taken away', () => {
    expect(redact('ada@example.com', { values: { email: false } })).toBe('ada@example.com');
    expect(redact('password=x', { keys: { password: false } })).toBe('password=x');
    expect(redact('YWRhQGV4YW1wbGUuY29t', { values: { base64: false } })).toBe('YWRhQGV4YW1wbGUuY29t');
  });

  it('can be added and replaced', () => {
    const values = { employee: { pattern: /E-\d{6}/, strategy: 'drop' }, email: /[a-z]+@corp/ } as const;
    expect(redact('E-123456 of ada@corp, ada@example.com', { values })).toBe(
      ' of [redacted:email], ada@example.com',
    );
  });

  it('of the user find what stands across two windows', () => {
    const text = `${'x '.repeat(505)}E-123456${' x'.repeat(500)}`;
    expect(redact(text, { values: { employee: /E-\d{6}/ } })).toContain(' [redacted:employee] ');
  });

  it('do nothing when redaction is off', () => {
    expect(redact('ada@example.com', { enabled: false })).toBe('ada@example.com');
  });
});

describe('Limits', () => {
  it('cut long texts, mark that, and do not cut a secret in two', () => {
    const text = `${'x '.repeat(125)}ada.lovelace@example.com${' y'.repeat(200)}`;
    const short = redact(text, { limits: { valueLength: 256 } });
    expect(short).not.toContain('ada');
    expect(short).toMatch(/…\[\d+ characters cut\]$/);
  });

  it('say only how long a huge text was', () => {
    expect(redact('x'.repeat(2_000_000))).toBe('[2000000 characters cut]');
  });

  it('take a text with a thousand secrets for one', () => {
    expect(redact('a@b.example '.repeat(1001))).toBe('[redacted:many]');
  });
});
