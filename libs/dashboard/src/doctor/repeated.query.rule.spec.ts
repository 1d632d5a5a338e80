import { describe, expect, it } from 'vitest';
import { type SpanGiven, Surgery } from './doctor.spec-helper.js';

const HANDLER: SpanGiven = { id: 1, kind: 'server', name: 'GET /orders', takes: 500 };

function queries(number: number, given: (index: number) => Partial<SpanGiven> = () => ({})): SpanGiven[] {
  return Array.from({ length: number }, (_, index) => ({
    id: index + 10,
    parent: 1,
    kind: 'client',
    name: 'SELECT users',
    at: 10 + index * 20,
    takes: 10,
    attributes: {
      'db.system.name': 'postgresql',
      'db.query.text': `SELECT * FROM users  WHERE id = ${index} AND name = 'it''s ${index}'`,
    },
    ...given(index),
  }));
}

describe('D08, the same query again and again', () => {
  it('tells the query without its values, where, and how often', () => {
    expect(new Surgery().spans(HANDLER, ...queries(6)).findings('D08')).toMatchObject([
      {
        severity: 'warning',
        evidence:
          'GET /orders of orders sent one query up to 6 times in a row (60 ms), in 1 run: SELECT * FROM users WHERE id = ? AND name = ?',
      },
    ]);
  });

  it('takes placeholders and lists of any length for the same', () => {
    const lists = queries(5, (index) => ({
      attributes: {
        'db.system': 'postgresql',
        'db.statement': `SELECT * FROM users WHERE id IN (${Array.from({ length: index + 1 }, (_, n) => `$${n + 1}`).join(', ')})`,
      },
    }));
    expect(new Surgery().spans(HANDLER, ...lists).findings('D08')).toHaveLength(1);
  });

  it.each<[string, SpanGiven[]]>([
    ['there are four', queries(4)],
    ['they run at the same time', queries(9, () => ({ at: 10 }))],
    ['they have different parents', queries(9, (index) => ({ parent: index === 0 ? 1 : 9 + index }))],
    [
      'they are different queries',
      queries(9, (index) => ({
        attributes: {
          'db.system.name': 'postgresql',
          'db.query.text': `SELECT * FROM ${'abcdefghi'[index]}`,
        },
      })),
    ],
    ['they are no queries', queries(9, () => ({ attributes: {} }))],
  ])('has nothing to say when %s', (_, spans) => {
    expect(new Surgery().spans(HANDLER, ...spans).findings('D08')).toEqual([]);
  });
});
