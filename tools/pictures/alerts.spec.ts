import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../libraries.js';
import { ruleTests, writtenRules } from './written.files.spec-helper.js';

interface RuleTest {
  readonly tests: readonly {
    readonly promql_expr_test?: readonly { readonly expr: string; readonly exp_samples: readonly object[] }[];
  }[];
}

const alerts = writtenRules().filter(({ alert }) => alert !== undefined);
const names = [...new Set(alerts.map(({ alert = '' }) => alert))];
const cases = ruleTests()
  .flatMap((text) => (parse(text) as RuleTest).tests)
  .flatMap(({ promql_expr_test = [] }) => promql_expr_test);

describe.each(names)('The alert %s', (name) => {
  const rules = alerts.filter(({ alert }) => alert === name);

  it('says what happened and what to do, and leads to its section of the guide', () => {
    for (const { annotations = {} } of rules) {
      for (const part of ['summary', 'description', 'runbook']) expect(annotations[part]).toMatch(/\w/);
      const [path = '', anchor] = annotations['runbook_url']?.split('#') ?? [];
      const headings = [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^#+ (.*)$/gm)];
      expect(headings.map(([, heading = '']) => heading.toLowerCase())).toContain(anchor);
    }
  });

  it('has a test in which it fires', () => {
    const fires = cases.some(
      ({ expr, exp_samples }) => expr.includes(`alertname="${name}"`) && JSON.stringify(exp_samples) !== '[]',
    );
    expect(fires).toBe(true);
  });
});

it('Burn rates of an alert differ, and the shorter the window the more urgent', () => {
  const burns = alerts.filter(({ alert = '' }) => alert.endsWith('ErrorBudgetBurn'));
  expect(burns).toHaveLength(12);
  expect(burns.slice(0, 4).map(({ labels }) => Object.values(labels ?? {}).join())).toEqual([
    'page,14.4,1h',
    'page,6,6h',
    'ticket,3,1d',
    'ticket,1,3d',
  ]);
});
