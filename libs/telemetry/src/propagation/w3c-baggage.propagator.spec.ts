import { baggageEntryMetadataFromString, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { passedOn, rejectedBy, remoteBaggage, withBaggage, written } from './headers.spec-helper.js';
import { W3cBaggagePropagator } from './w3c-baggage.propagator.js';

const propagator = new W3cBaggagePropagator();
const read = (baggage: unknown): Record<string, string> => remoteBaggage(propagator, { baggage });
const write = (values: Record<string, string>): string | undefined =>
  written(propagator, withBaggage(values))['baggage'];
const list = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, at) => `k${at + from}=${at}`).join(',');

describe('W3C baggage', () => {
  it.each([
    ['one entry', 'tenant=acme', { tenant: 'acme' }],
    ['blanks around everything', ' a =  1 ;p ,\tb\t=\t2 ', { a: '1', b: '2' }],
    ['equals signs in a value', 'a=b=c==', { a: 'b=c==' }],
    ['an empty value', 'a=', { a: '' }],
    [
      'percent-encoded values',
      'a=DF%2028,b=Am%C3%A9lie,c=%F0%9F%92%A5',
      { a: 'DF 28', b: 'Amélie', c: '💥' },
    ],
    ['bytes that are not UTF-8', 'a=%C3%28,b=%ff', { a: '\ufffd(', b: '\ufffd' }],
    ['percent signs that encode nothing', 'a=100%,b=%zz', { a: '100%', b: '%zz' }],
    ['percent-encoded keys', 'tenant%20id=1', { 'tenant id': '1' }],
    ['the last of entries with the same key', 'a=1,b=2,a=3', { a: '3', b: '2' }],
    ['entries in several lines', ['a=1', 'b=2,c=3'], { a: '1', b: '2', c: '3' }],
    ['keys of Object.prototype', '__proto__=1,constructor=2', { ['__proto__']: '1', constructor: '2' }],
  ])('reads %s', (_case, header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it.each([
    ['no equals sign', 'a'],
    ['no key', '=1'],
    ['a blank in a key', 'a b=1'],
    ['a key that is no token', 'a(b=1'],
    ['a blank in a value', 'a=b c'],
    ['quotes', 'a="b"'],
    ['a backslash', 'a=b\\c'],
    ['a control character', 'a=\u0000'],
    ['a line break', 'a=1\r\nx-injected:1'],
    ['an emoji', 'a=💥'],
  ])('leaves out an entry with %s, and no other', (_case, bad) => {
    expect(rejectedBy(() => expect(read(`x=1,${bad},y=2`)).toEqual({ x: '1', y: '2' }))).toEqual({
      baggage_malformed: 1,
    });
  });

  it('takes 180 entries', () => {
    expect(Object.keys(read(list(180)))).toHaveLength(180);
    expect(rejectedBy(() => expect(Object.keys(read(list(181)))).toHaveLength(180))).toEqual({
      baggage_too_many: 1,
    });
  });

  it('takes the whole entries in the first 8192 bytes', () => {
    const entry = `k=${'v'.repeat(8190)}`;
    expect(read(entry)).toEqual({ k: 'v'.repeat(8190) });
    expect(rejectedBy(() => expect(read(`${entry}v`)).toEqual({}))).toEqual({ baggage_too_long: 1 });
    expect(read(`a=1,${entry},b=2`)).toEqual({ a: '1' });
    expect(read(['a=1', entry, 'b=2'])).toEqual({ a: '1' });
  });

  it('writes no more than it would read: whole entries only', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`k${at}`, '1']));
    expect(write(many)?.split(',')).toHaveLength(180);
    expect(write({ a: '1', big: 'v'.repeat(8190), b: '2' })).toBe('a=1,b=2');
    expect(write({ big: 'v'.repeat(1_000_000) })).toBeUndefined();
  });

  it.each([
    ['letters that are not ASCII', { a: 'Amélie' }, 'a=Am%C3%A9lie'],
    ['separators', { a: 'b,c;d=e f' }, 'a=b%2Cc%3Bd%3De%20f'],
    ['line breaks', { a: '1\r\nx-injected: 1' }, 'a=1%0D%0Ax-injected%3A%201'],
    ['percent signs', { a: '100%' }, 'a=100%25'],
    ['keys that are no tokens', { 'a (b)': '1', 'a%20b': '2' }, 'a%20%28b%29=1,a%2520b=2'],
    ['keys with a percent sign that encodes nothing', { 'a%b': '1' }, 'a%b=1'],
  ])('encodes %s, and reads it back', (_case, values, header) => {
    expect(write(values)).toBe(header);
    expect(read(header)).toEqual(values);
  });

  it('writes half a surrogate pair as the replacement character', () => {
    expect(write({ a: '\ud83d' })).toBe('a=%EF%BF%BD');
  });

  it.each([
    ['well-formed ones', ';p1;p2=v2', ';p1;p2=v2'],
    ['blanks around them', ' ; p1 ; p2 = v2 ', ';p1;p2=v2'],
    ['encoded values', ';p=%20', ';p=%20'],
    ['no emoji', ';💥', ''],
    ['no emoji in a value', ';p=💥;q=1', ';q=1'],
    ['no control characters', ';\u0000;p\u007f=1;q=\u0007;ok', ';ok'],
    ['no line breaks', ';p=1\r\nx-injected: 1;ok', ';ok'],
    ['no empty ones', ';;;', ''],
  ])('of the properties of an entry passes on %s', (_case, properties, expected) => {
    expect(passedOn(propagator, { baggage: `k=v${properties}` })).toEqual({ baggage: `k=v${expected}` });
  });

  it('cleans properties the application has made as well', () => {
    const metadata = baggageEntryMetadataFromString('ok;💥;p=\r\nx-injected: 1');
    const baggage = propagation.createBaggage({ k: { value: 'v', metadata } });
    expect(written(propagator, propagation.setBaggage(ROOT_CONTEXT, baggage))).toEqual({ baggage: 'k=v;ok' });
  });

  it('leaves out what is no text', () => {
    const baggage = propagation.createBaggage({
      a: { value: 1 as unknown as string },
      b: { value: '2' },
      '': { value: '3' },
    });
    expect(written(propagator, propagation.setBaggage(ROOT_CONTEXT, baggage))).toEqual({ baggage: 'b=2' });
  });

  it.each([[null], [42], [{}], [[]], [[null, 42, {}]], [{ length: 1 }], ['']])(
    'reads nothing from a header that is %j',
    (header) => {
      expect(read(header)).toEqual({});
    },
  );

  it('writes nothing while tracing is suppressed', () => {
    expect(written(propagator, suppressTracing(withBaggage({ a: '1' })))).toEqual({});
  });
});
