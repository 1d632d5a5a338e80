import { beforeAll, describe, expect, it } from 'vitest';
import { samplesOfPage } from '../../libs/telemetry/src/metrics/exposition/whole.page.spec-helper.js';
import { groupingsOf, selectorsOf } from './promql.reader.spec-helper.js';
import { writtenDashboards, writtenRules } from './written.files.spec-helper.js';

/** Made by Prometheus for everything it scrapes. */
const OF_PROMETHEUS = ['up'];

const rules = writtenRules();
const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...writtenDashboards().flatMap((dashboard) => [
    ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...dashboard.templating.list.flatMap(({ definition = '' }) => seriesOfVariable(definition)),
  ]),
];

function seriesOfVariable(definition: string): string[] {
  const [, series] = /^label_values\((.+), \w+\)$/.exec(definition) ?? [];
  return series === undefined ? [] : [series];
}

describe('The queries of dashboards and rules', () => {
  let page: Map<string, Set<string>>;
  beforeAll(async () => {
    page = await samplesOfPage();
  });

  it('ask only for series that the metrics page has, or that a rule records', () => {
    const names = new Set(expressions.flatMap(selectorsOf).map(({ name }) => name));
    expect(names.size).toBeGreaterThan(40);
    const known = new Set([...page.keys(), ...recorded, ...OF_PROMETHEUS]);
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
  });

  it('have conditions only about labels that those series have', () => {
    const wrong = expressions
      .flatMap(selectorsOf)
      .flatMap(({ name, labels }) =>
        labels.filter((label) => page.get(name)?.has(label) === false).map((label) => `${name}{${label}}`),
      );
    expect(wrong).toEqual([]);
  });

  it('group only by labels that those series have', () => {
    const wrong = expressions.flatMap((expression) => {
      const names = selectorsOf(expression).map(({ name }) => name);
      return groupingsOf(expression).filter((label) =>
        names.some((name) => label !== 'le' && page.get(name)?.has(label) === false),
      );
    });
    expect(wrong).toEqual([]);
  });

  it('show every metric of the catalogue somewhere', () => {
    const asked = new Set(expressions.flatMap(selectorsOf).map(({ name }) => name));
    const families = [...page.keys()].map((name) => name.replace(/_(bucket|count|sum)$/, ''));
    const shown = (family: string) => ['', '_bucket', '_count'].some((suffix) => asked.has(family + suffix));
    expect(families.filter((family) => !shown(family))).toEqual([]);
  });
});

describe('A query', () => {
  it('is read for what it selects and what it groups by', () => {
    const query =
      'histogram_quantile(0.99, sum by (le, job) (rate(a_bucket{b="c{d}", e=~"f"}[5m]))) > 14.4 * (1 - scalar(min(x:y:z))) and on (job) g';
    expect(selectorsOf(query)).toEqual([
      { name: 'a_bucket', labels: ['b', 'e'] },
      { name: 'x:y:z', labels: [] },
      { name: 'g', labels: [] },
    ]);
    expect(groupingsOf(query)).toEqual(['le', 'job', 'job']);
  });
});
