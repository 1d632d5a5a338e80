import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Program } from '../e2e/program.js';

async function run(environment: string) {
  await using program = new Program('main.ts', {
    cwd: join(import.meta.dirname, 'unended'),
    settings: { environment },
  });
  const [unended, overdue] = [await program.says('unended'), await program.says('overdue')];
  const ending = await program.ended;
  const warnings = [...program.stdout.matchAll(/^@warning (.*)$/gm)].map(([, text = '']) => text);
  return { unended: Number(unended), overdue: Number(overdue), ending, warnings };
}

describe('Fifty spans that are never ended, and one that takes long', () => {
  it('are counted in production, and told of in one line', async () => {
    const { unended, overdue, ending, warnings } = await run('production');
    expect({ unended, overdue, ending }).toEqual({
      unended: 50,
      overdue: 1,
      ending: { code: 0, signal: null },
    });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^\[NT_SPAN_NEVER_ENDED\] Span forgotten was never ended .*it was started [\d.]+ s ago\./,
      ),
    ]);
  });

  it('are named in development, with the line that started them', async () => {
    const { unended, overdue, warnings } = await run('development');
    expect({ unended, overdue }).toEqual({ unended: 50, overdue: 1 });
    const place = /unended\/main\.ts:\d+:\d+/;
    expect(warnings.filter((warning) => place.test(warning))).toHaveLength(warnings.length);
    expect(warnings.map((warning) => /^\[(\w+)\] Span (\w+)/.exec(warning)?.slice(1))).toEqual(
      expect.arrayContaining([
        ['NT_SPAN_PENDING', 'forgotten'],
        ['NT_SPAN_PENDING', 'kept'],
        ['NT_SPAN_NEVER_ENDED', 'forgotten'],
      ]),
    );
    expect(warnings).toHaveLength(3);
  });
});
