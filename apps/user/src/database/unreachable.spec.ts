import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { isUnreachable } from './unreachable.js';

const failure = (code: string): Error => Object.assign(new Error('no'), { code });

describe('A database', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', '57P01', '57P03', '08006', '53300'])(
    'is unreachable by %s, when connecting and during a statement',
    (code) => {
      expect(isUnreachable(failure(code))).toBe(true);
      expect(isUnreachable(new QueryFailedError('SELECT 1', [], failure(code)))).toBe(true);
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
  ])('is unreachable when its driver says "%s"', (message) => {
    expect(isUnreachable(new QueryFailedError('SELECT 1', [], new Error(message)))).toBe(true);
  });

  it('is unreachable when it is at none of its addresses', () => {
    expect(isUnreachable(new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')]))).toBe(true);
    expect(isUnreachable(new AggregateError([failure('ECONNREFUSED'), new Error('no')]))).toBe(false);
    expect(isUnreachable(new AggregateError([]))).toBe(false);
  });

  it.each([
    ['a value that is taken', failure('23505')],
    ['a statement that is wrong', failure('42601')],
    ['a constraint of SQLite', failure('SQLITE_CONSTRAINT_UNIQUE')],
    ['a mistake of ours', new TypeError('x is not a function')],
  ])('is there after %s', (_, error) => {
    expect(isUnreachable(error)).toBe(false);
    expect(isUnreachable(new QueryFailedError('SELECT 1', [], error))).toBe(false);
  });

  it('is there after what is no error', () => {
    expect(isUnreachable('Connection terminated')).toBe(false);
    expect(isUnreachable(undefined)).toBe(false);
  });
});
