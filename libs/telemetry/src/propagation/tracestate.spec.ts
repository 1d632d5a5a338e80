import { describe, expect, it } from 'vitest';
import { StrictTraceState } from './strict.trace-state.js';
import { rejectedBy } from './headers.spec-helper.js';
import { parseTracestate } from './tracestate.js';

const list = (count: number): string => Array.from({ length: count }, (_, at) => `k${at}=${at}`).join(',');
const serialized = (header: string | string[]): string =>
  new StrictTraceState(parseTracestate(header), false).serialize();
const long = (key: string, length: number): string => `${key}=${'v'.repeat(length - key.length - 1)}`;

describe('A tracestate', () => {
  it.each([
    ['one member', 'foo=1', 'foo=1'],
    ['several members, in order', 'foo=1,bar=2,baz=3', 'foo=1,bar=2,baz=3'],
    ['blanks around members', ' foo=1 \t , \t bar=2\t', 'foo=1,bar=2'],
    ['empty members', ',,foo=1, ,\t,bar=2,', 'foo=1,bar=2'],
    ['blanks that belong to a value', 'foo= 1 2', 'foo= 1 2'],
    ['a key that begins with a digit', '0foo=1', '0foo=1'],
    ['every character of a key', 'a_-*/@z=1', 'a_-*/@z=1'],
    ['at signs anywhere but first', 'foo@=1,foo@@bar=2,a@b@c=3', 'foo@=1,foo@@bar=2,a@b@c=3'],
    ['a key of 256 characters', `${'z'.repeat(256)}=1`, `${'z'.repeat(256)}=1`],
    ['a value of 256 characters', `foo=${'v'.repeat(256)}`, `foo=${'v'.repeat(256)}`],
    ['32 members', list(32), list(32)],
    ['32 members and empty ones', `${list(32)},,`, list(32)],
    ['the first of members with the same key', 'foo=1,bar=2,foo=3', 'foo=1,bar=2'],
    ['nothing', '', ''],
  ])('keeps %s', (_case, header, expected) => {
    expect(serialized(header)).toBe(expected);
  });

  it('is one list in however many lines it comes', () => {
    expect(serialized(['foo=1,bar=2', '', 'rojo=1', 'baz=3'])).toBe('foo=1,bar=2,rojo=1,baz=3');
  });

  it.each([
    ['no equals sign', 'foo'],
    ['no key', '=1'],
    ['no value', 'foo='],
    ['an equals sign in a value', 'foo=bar=baz'],
    ['a blank in a key', 'foo =1'],
    ['an upper-case key', 'FOO=1'],
    ['a dot in a key', 'foo.bar=1'],
    ['an at sign first', '@foo=1'],
    ['a key of 257 characters', `${'z'.repeat(257)}=1`],
    ['a value of 257 characters', `foo=${'v'.repeat(257)}`],
    ['a control character', 'foo=1\u0000'],
    ['a line break', 'foo=1\r\nx-injected: 1'],
    ['a tab inside a value', 'foo=1\t2'],
    ['a letter that is not ASCII', 'foo=é'],
    ['an emoji', 'foo=💥'],
    ['a blank that is not ASCII around a member', '\u00a0foo=1'],
  ])('is worthless as a whole with %s', (_case, bad) => {
    expect(rejectedBy(() => expect(serialized(`good=1,${bad},better=2`)).toBe(''))).toEqual({
      tracestate_malformed: 1,
    });
  });

  it('is worthless with 33 members, in one line or several', () => {
    expect(rejectedBy(() => expect(serialized(list(33))).toBe(''))).toEqual({ tracestate_too_many: 1 });
    expect(serialized([list(32), 'one=more'])).toBe('');
  });

  it('takes more than 512 characters and passes on whole members of them: long ones go first, then the last', () => {
    const [a, b, c] = [long('a', 100), long('b', 200), long('c', 128)];
    const [d, e] = [long('d', 129), long('e', 100)];
    expect(serialized([a, b, c].join(',')).length).toBe(430);
    expect(serialized([a, b, c, d].join(','))).toBe([a, b, c].join(','));
    expect(serialized([a, b, d, c, e].join(','))).toBe([a, c, e].join(','));
    expect(serialized(Array.from({ length: 6 }, (_, at) => long(`k${at}`, 100)).join(',')).length).toBe(504);
  });

  it('is not looked at when it is longer than any list of valid members', () => {
    expect(rejectedBy(() => expect(serialized('a=1,'.repeat(250_000))).toBe(''))).toEqual({
      tracestate_too_long: 1,
    });
  });

  it('puts a changed member first and drops the last when there are too many', () => {
    const state = new StrictTraceState(parseTracestate(list(32)), true);
    const changed = state.set('k5', 'new');
    expect(changed.serialize().startsWith('k5=new,k0=0,')).toBe(true);
    expect(changed.set('one', 'more').get('k31')).toBeUndefined();
    expect(state.get('k5')).toBe('5');
    expect(changed.isRandomTrace).toBe(true);
  });

  it('takes no member that would make it worthless for others', () => {
    const state = new StrictTraceState(parseTracestate('foo=1'), false);
    expect(state.set('FOO', '1').set('foo', '').set('foo', 'a,b').set('foo', '💥').serialize()).toBe('foo=1');
    expect(state.unset('foo').serialize()).toBe('');
  });
});
