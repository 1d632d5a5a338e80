import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KEY_WORDS, NEUTRAL_TAILS } from './key.words.js';
import { createRules } from './rules.js';
import { BASE64_RULE, SCANNERS, SQL_RULE } from './scanners.js';

const guide = readFileSync(new URL('../../../../../docs/guides/redaction.md', import.meta.url), 'utf8');

/** Cells of the table that follows a heading. */
function table(heading: string): string[][] {
  const [, section = ''] = guide.split(`## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const codeOf = (cell = '') => cell.replaceAll('`', '');

describe('docs/guides/redaction.md', () => {
  it('lists the names of the rules as they are', () => {
    const listed = table('Values by their names').map(([rule, names]) => [codeOf(rule), names?.split(', ')]);
    expect(Object.fromEntries(listed)).toEqual(KEY_WORDS);
    for (const tail of NEUTRAL_TAILS) expect(guide).toContain(`\`${tail}\``);
  });

  it('lists the rules about texts', () => {
    const listed = table('Values by how they look').map(([rule]) => codeOf(rule));
    expect(listed).toEqual([...SCANNERS.map(({ name }) => name), BASE64_RULE, SQL_RULE]);
  });

  it('tells the limits', () => {
    const listed = table('Limits').map(([name, value]) => [codeOf(name), Number(value?.replaceAll(' ', ''))]);
    expect(Object.fromEntries(listed)).toEqual(createRules({}).limits);
  });
});
