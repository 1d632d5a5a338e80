import { describe, expect, it } from 'vitest';
import { FewNames, graphqlFieldPath, graphqlSpan } from './graphql.conventions.js';

describe('the span of a GraphQL operation', () => {
  it.each([
    ['query', 'GetUser', true, 'query GetUser'],
    ['query', 'GetUser', false, 'query'],
    ['mutation', undefined, true, 'mutation'],
    [undefined, 'GetUser', true, 'GraphQL Operation'],
  ])('of type %s and name %s is named', (type, name, named, expected) => {
    expect(graphqlSpan(type, name, named).name).toBe(expected);
  });

  it('keeps the name a client made up away from metrics', () => {
    const { low, high } = graphqlSpan('query', 'GetUser', true);
    expect(low).toEqual({ 'graphql.operation.type': 'query' });
    expect(high).toEqual({ 'graphql.operation.name': 'GetUser' });
  });
});

describe('names of operations in names of spans', () => {
  it('are the first two hundred, which stay', () => {
    const names = new FewNames();
    const admitted = Array.from({ length: 300 }, (_, at) => names.admits(`Name${at}`));
    expect(admitted.filter(Boolean)).toHaveLength(200);
    expect(names.admits('Name0')).toBe(true);
    expect(names.admits('Another')).toBe(false);
  });

  it('are not long', () => {
    expect(new FewNames().admits('N'.repeat(65))).toBe(false);
  });
});

describe('the path of a field', () => {
  it('leaves out positions in lists', () => {
    const users = { key: 'users', prev: undefined };
    const path = { key: 'name', prev: { key: 7, prev: users } };
    expect(graphqlFieldPath(path)).toBe('users.name');
    expect(graphqlFieldPath(undefined)).toBe('');
  });
});
