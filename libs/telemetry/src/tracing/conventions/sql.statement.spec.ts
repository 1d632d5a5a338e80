import { describe, expect, it } from 'vitest';
import { sqlDialect } from './sql.dialect.js';
import { readSql } from './sql.statement.js';

const read = (sql: string, system = 'postgresql') => readSql(sql, sqlDialect(system));
const text = (sql: string, system?: string) => read(sql, system).text;

describe('The text of a statement', () => {
  it.each([
    ["SELECT * FROM t WHERE a = 'x'", 'SELECT * FROM t WHERE a = ?'],
    ["a = 'it''s' AND b = ''", 'a = ? AND b = ?'],
    ["a = E'it\\'s \\\\' AND b = 'c'", 'a = ? AND b = ?'],
    ["a = 'ends in \\' AND b = 'c'", 'a = ? AND b = ?'],
    ["N'x', B'01', X'1F', U&'d\\0061t'", '?, ?, ?, U&?'],
    ['$$it is $1$$, $tag$ $$ $tag$', '?, ?'],
    ["DATE '2020-01-01'", 'DATE ?'],
    ['LIMIT 10 OFFSET -5', 'LIMIT ? OFFSET -?'],
    ['1.5e-3, .5, 0x1F, 1_000, 1e10', '?, ?, ?, ?, ?'],
    ['10::int, x[1:2]', '?::int, x[?:?]'],
    ['$1, $2', '$1, $2'],
    ['"user1"."id2" = t3.c4', '"user1"."id2" = t3.c4'],
    ['"weird ""1"" name"', '"weird ""1"" name"'],
    ['SELECT a -- secret\nFROM b', 'SELECT a FROM b'],
    ['SELECT /* 1 /* 2 */ secret */ a', 'SELECT a'],
    ['  SELECT\n\t1  ', 'SELECT ?'],
    ['a-5', 'a-?'],
    ['TRUE, NULL', 'TRUE, NULL'],
  ])('of PostgreSQL: %s', (sql, expected) => {
    expect(text(sql)).toBe(expected);
  });

  it.each([
    ['a = \'it\\\'s\' AND b = "c\\"d"', 'a = ? AND b = ?', 'mysql'],
    ['`user1`.`id` = 5 # secret\n+ 1', '`user1`.`id` = ? + ?', 'mariadb'],
    ['a = $x', 'a = $x', 'mysql'],
    ['[user 1].[id] = @0 AND a = 5', '[user 1].[id] = @0 AND a = ?', 'microsoft.sql_server'],
    ["q'[it's]', nq'!it's!' = :1", '?, ? = :1', 'oracle.db'],
    ['"id" = ?1 AND b = ? AND c = :name', '"id" = ?1 AND b = ? AND c = :name', 'sqlite'],
    ['/* a /* b */ SELECT 1', 'SELECT ?', 'sqlite'],
  ])('in other dialects: %s', (sql, expected, system) => {
    expect(text(sql, system)).toBe(expected);
  });

  it.each(["'secret", '$$secret', '$a$secret', "E'secret\\", '/* secret', '-- secret', "q'[secret"])(
    'shows nothing of what has no end: %s',
    (end) => {
      for (const system of ['postgresql', 'mysql', 'oracle.db']) {
        if (system !== 'postgresql' && end.startsWith('$')) continue;
        expect(text(`SELECT ${end}`, system)).not.toContain('secret'.slice(1));
      }
    },
  );

  it.each([
    ['-- ', 'postgresql'],
    ['--', 'sqlite'],
    ['', 'postgresql'],
    ['# ', 'mysql'],
    ['# ', 'postgresql'],
    ['/* */ -- the key: ', 'mysql'],
  ])('shows no line of a private key that begins after %j (%s)', (sign, system) => {
    const key = [
      '-----BEGIN RSA PRIVATE KEY-----',
      'MIIEvQIBADANBgkqhkiG9w0BAQEF',
      'AASCBKcwggSjAgEAAoIBAQ',
      '-----END RSA PRIVATE KEY-----',
    ];
    const shown = text(`SELECT a ${sign}${key.join('\n')}\nFROM t`, system);
    expect(shown).not.toMatch(/MIIE|AASC|BEGIN/);
    expect(shown).toMatch(/^SELECT a (?:# )?FROM t$/);
    // One that was cut goes on to the end.
    expect(text(`SELECT a ${sign}${key.slice(0, 3).join('\n')}`, system)).not.toMatch(/MIIE|AASC/);
  });

  it('goes on after a comment that only looks like a key', () => {
    expect(text('-----BEGIN report-----\nSELECT a -- -----BEGIN PUBLIC KEY-----\nFROM t')).toBe(
      'SELECT a FROM t',
    );
  });

  it('is cut at 4096 characters', () => {
    const long = text(`SELECT ${'column, '.repeat(1000)} x FROM t`);
    expect(long).toHaveLength(4096);
    expect(long.endsWith('…')).toBe(true);
  });

  it('is not cut by literals, however long they are', () => {
    expect(text(`SELECT '${'x'.repeat(20_000)}' FROM t`)).toBe('SELECT ? FROM t');
  });

  it.each([
    ["'", "'"],
    ["''", ''],
    ["E'\\'", ''],
    ['/*', ''],
    ['/*', '*/'],
    ['$a$ $b$', ''],
    ['$a', ''],
    ['(', ')'],
    ['WITH a AS (', ''],
    ['1e+', ''],
    ['a.', ''],
    ['-', ''],
  ])('takes time in proportion to its length: %s', (open, close) => {
    const hostile = open.repeat(200_000) + close.repeat(200_000);
    // Quadratic work on this would not come to an end within the time limit of the test.
    for (const system of ['postgresql', 'mysql', 'oracle.db']) {
      expect(text(hostile, system).length).toBeLessThanOrEqual(4096);
    }
  });
});

describe('The summary of a statement', () => {
  it.each([
    ['SELECT "user"."id" FROM "user" "user" WHERE 1=1', 'SELECT', 'user'],
    ['select * from public."user"', 'SELECT', 'public.user'],
    ['SELECT DISTINCT "d"."id" FROM (SELECT "u"."id" FROM "user" "u") "d"', 'SELECT', 'user'],
    ['SELECT EXTRACT(YEAR FROM "at") FROM "order"', 'SELECT', 'order'],
    ['SELECT (SELECT count(*) FROM "line") FROM "order"', 'SELECT', 'order'],
    ['(SELECT a FROM b) UNION (SELECT c FROM d)', 'SELECT', 'b'],
    ['SELECT 1', 'SELECT', undefined],
    ['SELECT * FROM (VALUES (1)) v', 'SELECT', undefined],
    ['INSERT INTO "user"("id") VALUES (DEFAULT)', 'INSERT', 'user'],
    ['INSERT OR REPLACE INTO user VALUES (?)', 'INSERT', 'user'],
    ['INSERT INTO a SELECT * FROM b', 'INSERT', 'a'],
    ['UPDATE "user" SET "name" = $1', 'UPDATE', 'user'],
    ['UPDATE ONLY "user" SET "name" = $1', 'UPDATE', 'user'],
    ['DELETE FROM "user"', 'DELETE', 'user'],
    ['TRUNCATE TABLE "user"', 'TRUNCATE', 'user'],
    ['CREATE TABLE IF NOT EXISTS "user" ("id" int)', 'CREATE', 'user'],
    ['ALTER TABLE "user" ADD "x" int', 'ALTER', 'user'],
    ['CREATE INDEX "i" ON "user" ("x")', 'CREATE', undefined],
    ['WITH a AS (SELECT 1 FROM x), b AS (SELECT 2) SELECT * FROM "order"', 'SELECT', 'order'],
    ['WITH RECURSIVE a(n) AS (SELECT 1) SELECT * FROM a', 'SELECT', undefined],
    ['WITH moved AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM moved', 'INSERT', 'b'],
    ['WITH a AS (SELECT 1) SELECT * FROM (SELECT * FROM "order") o', 'SELECT', 'order'],
    ['BEGIN TRANSACTION', 'BEGIN', undefined],
    ['START TRANSACTION', 'BEGIN', undefined],
    ['COMMIT', 'COMMIT', undefined],
    ['ROLLBACK TO SAVEPOINT typeorm_1', 'ROLLBACK', undefined],
    ['SAVEPOINT typeorm_1', 'SAVEPOINT', undefined],
    ['-- note\nSELECT * FROM a', 'SELECT', 'a'],
    ['SELECT * FROM a; DELETE FROM b', 'SELECT', 'a'],
    ['whatever this is', undefined, undefined],
    ['', undefined, undefined],
  ])('%s', (sql, operation, collection) => {
    expect(read(sql)).toMatchObject({ operation, collection });
  });

  it('finds the table behind a list of columns that is longer than the text shown', () => {
    expect(read(`SELECT ${'"user"."column", '.repeat(500)} 1 FROM "user"`).collection).toBe('user');
  });

  it('reads the quotes of the dialect', () => {
    expect(read('SELECT * FROM [dbo].[user]', 'microsoft.sql_server').collection).toBe('dbo.user');
    expect(read('SELECT * FROM `shop`.`user`', 'mysql').collection).toBe('shop.user');
  });
});
