import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Program } from '../e2e/program.js';
import { groups } from './hostile/groups.js';
import type { HostileCase, Outcome, Warning } from './hostile/hostile.case.js';

const FOLDER = join(import.meta.dirname, 'hostile');

/** What happened to each case of a group, in a process of its own. */
async function outcomesOf(group: string): Promise<Map<string, Outcome>> {
  await using program = new Program('main.ts', { cwd: FOLDER, settings: { group } });
  await program.ended;
  const cases = [...program.stdout.matchAll(/^@case (.*)$/gm)].map(
    ([, json = '']) => JSON.parse(json) as { name: string; outcome: Outcome },
  );
  if (cases.length < Object.keys(groups[group] ?? {}).length)
    console.error(`The process ended early:\n${program.stderr.slice(-4000)}`);
  return new Map(cases.map(({ name, outcome }) => [name, outcome]));
}

function isAbout(warning: string, expected: Warning): boolean {
  return typeof expected === 'string' ? warning.startsWith(`[${expected}]`) : expected.test(warning);
}

/** What the case was warned about and need not be, and what it was not warned about. */
function surprises({ warns = [], mayWarn = [] }: HostileCase, warnings: readonly string[]): object {
  return {
    unexpected: warnings.filter((warning) => ![...warns, ...mayWarn].some((each) => isAbout(warning, each))),
    missing: warns.filter((each) => !warnings.some((warning) => isAbout(warning, each))).map(String),
    // The reason may differ; what has failed may not be told twice.
    repeated: warnings.filter((warning, index) => warnings.indexOf(warning) !== index),
  };
}

describe.each(Object.entries(groups))('However hostile it gets in %s', (group, cases) => {
  let outcomes: Map<string, Outcome>;
  beforeAll(async () => {
    outcomes = await outcomesOf(group);
  }, 120_000);

  it.each(Object.entries(cases))(
    'nothing reaches the application, and all else goes on: %s',
    (name, each) => {
      const outcome = outcomes.get(name);
      expect(outcome, 'the process lived to tell').toBeDefined();
      if (outcome === undefined) return;
      const { thrown, unhandled, uncaught, exporters, metrics, lines, warnings } = outcome;
      expect({ thrown, unhandled, uncaught }).toEqual({ thrown: [], unhandled: [], uncaught: [] });
      const witness = ['witness span', 'witness span'];
      expect({ exporters, metrics, lines }).toEqual({
        exporters: [witness, witness, witness],
        metrics: [1, 1],
        lines: 1,
      });
      expect(outcome.counted, 'each time is counted').toBeGreaterThanOrEqual(outcome.told);
      expect(surprises(each, warnings)).toEqual({ unexpected: [], missing: [], repeated: [] });
    },
  );
});

it('There are as many ways to be hostile as the measured failures of others, and more', () => {
  const count = Object.values(groups).reduce((sum, cases) => sum + Object.keys(cases).length, 0);
  expect(count).toBeGreaterThanOrEqual(100);
});
