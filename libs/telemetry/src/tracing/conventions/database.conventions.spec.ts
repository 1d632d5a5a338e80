import { describe, expect, it } from 'vitest';
import { databaseSpan, databaseSystem } from './database.conventions.js';

describe('A database span', () => {
  it('is named by operation and table, and keeps the text away from metrics', () => {
    const target = { system: 'postgresql', namespace: 'shop', address: 'db', port: 5433 };
    expect(databaseSpan(target, `SELECT * FROM "user" WHERE "name" = 'Ada'`)).toEqual({
      name: 'SELECT user',
      low: {
        'db.system.name': 'postgresql',
        'db.namespace': 'shop',
        'db.operation.name': 'SELECT',
        'db.collection.name': 'user',
        'server.address': 'db',
        'server.port': 5433,
      },
      high: { 'db.query.text': 'SELECT * FROM "user" WHERE "name" = ?' },
    });
  });

  it('is named by the operation where there is no table, and by the system where there is neither', () => {
    expect(databaseSpan({ system: 'sqlite' }, 'BEGIN TRANSACTION').name).toBe('BEGIN');
    expect(databaseSpan({ system: 'sqlite' }, 'x7f3a').name).toBe('sqlite');
  });

  it.each([
    ['postgres', 'postgresql'],
    ['better-sqlite3', 'sqlite'],
    ['mariadb', 'mariadb'],
    ['mssql', 'microsoft.sql_server'],
    ['oracle', 'oracle.db'],
    ['made-up', 'other_sql'],
  ])('calls %s %s', (type, system) => {
    expect(databaseSystem(type)).toBe(system);
  });
});
