import { describe, expect, it } from 'vitest';
import { GraphqlDocuments, readGraphql } from './graphql.document.js';

const operation = (document: string, name?: string): (string | undefined)[] => {
  const { type, name: found } = readGraphql(document, name);
  return [type, found];
};

describe('a GraphQL document that is read by its tokens', () => {
  it.each([
    ['{ users { id } }', ['query', undefined]],
    ['query { users { id } }', ['query', undefined]],
    [
      'query GetUser($id: ID! = 7) @cached { user(id: $id) { ...F } } fragment F on User { id }',
      ['query', 'GetUser'],
    ],
    ['fragment query on User { mutation } mutation Add { add }', ['mutation', 'Add']],
    ['# query Comment\nsubscription OnUser{user{id}}', ['subscription', 'OnUser']],
    ['query Q($in: In = { query: { a: 1 } }) { a(query: { mutation: 1 }) }', ['query', 'Q']],
    ['query A { a } query B { b }', [undefined, undefined]],
    ['type User { id: ID }', [undefined, undefined]],
    ['query', ['query', undefined]],
    ['', [undefined, undefined]],
    ['%%% \u0000 }}} ))) mutation', [undefined, undefined]],
  ])('knows the operation of %j', (document, expected) => {
    expect(operation(document)).toEqual(expected);
  });

  it('takes the operation that is asked for among several', () => {
    expect(operation('query A { a } mutation B { b }', 'B')).toEqual(['mutation', 'B']);
    expect(operation('query A { a } mutation B { b }', 'C')).toEqual([undefined, undefined]);
    expect(operation('query A { a }', 'C')).toEqual([undefined, undefined]);
    expect(operation('query A { a }', '')).toEqual(['query', 'A']);
  });

  it.each([
    ['{user(id:7,name:"Ann"){id}}', '{ user(id: ? name: ?) { id } }'],
    ['{ a(x: -1.5e10, y: [1, 2], z: {k: "v"}) }', '{ a(x: ? y: [? ?] z: { k: ? }) }'],
    ['{ a(x: """block "quoted" \\""" still""") b }', '{ a(x: ?) b }'],
    ['{ a(x: "esc \\" aped") b }', '{ a(x: ?) b }'],
    ['{ a # secret\n b }', '{ a b }'],
    [
      'query Q($id: [ID!]!) { a(id: $id, on: true) ... on B @skip(if: $no) { c } }',
      'query Q($id: [ID!]!) { a(id: $id on: true) ...on B @skip(if: $no) { c } }',
    ],
  ])('shows %j without literals', (document, expected) => {
    expect(readGraphql(document).text).toBe(expected);
  });

  it.each(['{ a(x: "my secret', '{ a(x: """my secret', '{ a(x: "my\nsecret'])(
    'takes an end that is missing for the rest of the text: %j',
    (document) => {
      expect(readGraphql(document).text).toBe('{ a(x: ?');
    },
  );

  it('is read once, and again for another operation', () => {
    const documents = new GraphqlDocuments();
    const document = 'query A { a } query B { b }';
    const read = documents.read(document, 'A');
    expect(documents.read(document, 'A')).toBe(read);
    expect(documents.read(document, 'B').name).toBe('B');
    for (let at = 0; at < 300; at += 1) documents.read(`{ a${at} }`);
    expect(documents.read(document, 'A')).not.toBe(read);
    expect(documents.read(document, 'A')).toEqual(read);
  });

  it('keeps little of a large document', () => {
    const { text } = readGraphql(`{ ${'field '.repeat(1_000_000)} }`);
    expect(text).toHaveLength(2049);
    expect(text.endsWith('…')).toBe(true);
  });

  it('never shows a planted string, wherever a random document is cut', () => {
    const seed = Date.now() % 1_000_000;
    let state = seed;
    const random = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % below;
    };
    const parts = [
      '{',
      '}',
      '(',
      ')',
      'query Q',
      '"planted"',
      '"""planted"""',
      '"a \\" planted"',
      '# planted\n',
      'a:',
      '7',
    ];
    for (let round = 0; round < 500; round += 1) {
      const whole = Array.from({ length: 30 }, () => parts[random(parts.length)]).join(' ');
      const { text } = readGraphql(whole.slice(0, random(whole.length)));
      expect(text, `seed ${seed}, round ${round}`).not.toContain('plant');
    }
  });
});
