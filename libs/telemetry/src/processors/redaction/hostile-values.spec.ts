import { describe, expect, it } from 'vitest';
import { HOSTILE_VALUES, HUGE } from './hostile-values.spec-helper.js';
import { createRedactor } from './standard.redactor.js';

const readError = (error: Error) => ({ message: error.message, cause: error.cause });
const counted = createRedactor();
const redacted = (value: unknown, redactor = counted.redactor) => redactor.value(value, 'log', readError);

describe('Hostile values', () => {
  it.each(Object.entries(HOSTILE_VALUES))('do not throw and tell nothing: %s', (_name, value) => {
    const copy = redacted({ value });
    const text = JSON.stringify(copy, (_key, each: unknown) =>
      typeof each === 'bigint' ? String(each) : each,
    );
    for (const secret of ['ada@', 'hunter2', 'abc123', '4111111111111111'])
      expect(text).not.toContain(secret);
    expect(text.length).toBeLessThan(300_000);
  });

  it.each(Object.entries(HOSTILE_VALUES).filter(([name]) => /100|2\^40/.test(name)))(
    'cost next to nothing: %s',
    (_name, value) => {
      for (let count = 0; count < 20; count++) redacted(value);
      const before = process.cpuUsage();
      for (let count = 0; count < 20; count++) redacted(value);
      const used = process.cpuUsage(before);
      // A millisecond each (test/bench/micro/redaction.ts); without its caps any of them takes seconds.
      expect((used.user + used.system) / 1000 / 20).toBeLessThan(100);
    },
  );

  it('cost nothing as attributes either', () => {
    const { redactor } = counted;
    for (const value of Object.values(HOSTILE_VALUES)) {
      const attributes = redactor.attributes({ value, note: HUGE }, 'span.attribute');
      expect(attributes['note']).toBe('[100000000 characters cut]');
    }
  });
});

describe('Copies of values', () => {
  it('read every property once, so that a getter cannot show two faces', () => {
    let reads = 0;
    const value = {
      get note() {
        reads += 1;
        return reads === 1 ? 'fine' : 'ada@example.com';
      },
    };
    const copy = redacted(value) as { note: string };
    expect([copy.note, copy.note, reads]).toEqual(['fine', 'fine', 1]);
  });

  it('leave the original alone', () => {
    const value = { user: { email: 'ada@example.com' }, list: ['password=x1'] };
    expect(redacted(value)).toEqual({
      user: { email: '[redacted:email]' },
      list: ['password=[redacted:password]'],
    });
    expect(value.user.email).toBe('ada@example.com');
  });

  it('keep their limits, say where something is missing, and count it', () => {
    const { redactor, findings } = createRedactor({ limits: { depth: 2, nodes: 10, recordLength: 1024 } });
    expect(redacted({ a: { b: { c: 1 } } }, redactor)).toEqual({ a: { b: '[too deep]' } });
    expect(
      redacted(
        Array.from({ length: 100 }, (_, index) => index),
        redactor,
      ),
    ).toContain('… 91 more');
    expect(redacted({ a: 'x'.repeat(2000) }, redactor)).toEqual({
      a: `${'x'.repeat(1023)}…[977 characters cut]`,
    });
    expect(findings.cuts).toEqual([
      { limit: 'depth', place: 'log', count: 1 },
      { limit: 'nodes', place: 'log', count: 1 },
      { limit: 'bytes', place: 'log', count: 1 },
    ]);
  });

  it('leave alone what is allowed by name', () => {
    const { redactor } = createRedactor({ allow: ['support', 'note'] });
    const value = {
      support: ['ada@example.com', 4111111111111111],
      note: 'password=x1',
      other: 'a@b.example',
    };
    expect(redacted(value, redactor)).toEqual({ ...value, other: '[redacted:email]' });
  });

  it('leave booleans, and numbers that count something', () => {
    const value = { password: true, tokens: 512, pin: 1234, card: { brand: 'visa' } };
    expect(redacted(value)).toEqual({
      password: true,
      tokens: 512,
      pin: '[redacted:code]',
      card: '[redacted:card]',
    });
  });
});
