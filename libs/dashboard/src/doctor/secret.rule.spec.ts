import { describe, expect, it } from 'vitest';
import { Surgery } from './doctor.spec-helper.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
const CARD = '4111 1111 1111 1111';

describe('D13, secrets in the telemetry', () => {
  it.each<[attribute: string, value: string | readonly string[], kind: string]>([
    ['http.request.header.authorization', ['Basic dXNlcjpwYXNz'], 'what its name says'],
    ['http.response.header.set-cookie', 'sid=0123456789', 'what its name says'],
    ['user.password', 'hunter2', 'what its name says'],
    ['config.apiKey', 'k-123', 'what its name says'],
    ['note', `token ${JWT}`, 'a JWT'],
    ['note', 'Authorization: Bearer abcdefghijklmnop', 'credentials of an Authorization header'],
    ['note', '-----BEGIN RSA PRIVATE KEY-----', 'a private key'],
    ['note', 'AKIAIOSFODNN7EXAMPLE', 'an AWS access key'],
    ['db.url', 'postgres://app:hunter2@db:5432/orders', 'a password in a URL'],
    ['note', `card ${CARD}`, 'the number of a card'],
  ])('finds %s with %s', (attribute, value, kind) => {
    const [finding] = new Surgery().spans({ id: 1, attributes: { [attribute]: value } }).findings('D13');
    expect(finding?.evidence).toBe(
      `The attribute ${attribute} of 1 span of orders holds ${kind}, e.g. of work.`,
    );
  });

  it('never repeats the secret', () => {
    const findings = new Surgery()
      .spans({ id: 1, attributes: { 'user.password': 'hunter2', note: JWT } })
      .logs({ body: `paid with ${CARD}` })
      .findings('D13');
    expect(findings).toHaveLength(3);
    for (const secret of ['hunter2', JWT, CARD]) expect(JSON.stringify(findings)).not.toContain(secret);
  });

  it('looks into events and log records', () => {
    const surgery = new Surgery()
      .spans({ id: 1, events: [{ name: 'exception', attributes: { 'exception.message': `bad ${JWT}` } }] })
      .logs({ body: 'login', attributes: { password: 'hunter2' }, trace: 1, span: 1 });
    expect(surgery.findings('D13').map(({ evidence }) => evidence)).toEqual([
      'The attribute exception.message of 1 span of orders holds a JWT, e.g. of work.',
      'The attribute password of 1 log record of orders holds what its name says.',
    ]);
  });

  it.each<[attribute: string, value: string]>([
    ['user.password', '[REDACTED]'],
    ['user.password', '[redacted:password]'],
    ['http.request.header.authorization', '***'],
    ['gen_ai.usage.input_tokens', '4111111111111111'.slice(0, 8)],
    ['order.id', '4111 1111 1111 1112'],
    ['url.full', 'http://localhost:3000/a@b'],
    ['trace', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['message', 'the password was changed'],
  ])('has nothing to say of %s = %s', (attribute, value) => {
    expect(new Surgery().spans({ id: 1, attributes: { [attribute]: value } }).findings('D13')).toEqual([]);
  });
});
