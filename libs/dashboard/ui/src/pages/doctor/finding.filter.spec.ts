import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/api/api.types.ts';
import { countsOf, filterFindings } from './finding.filter.ts';

function finding(values: Partial<Finding>): Finding {
  return {
    rule: 'D01',
    severity: 'warning',
    title: 'A service without a name',
    evidence: '3 spans',
    fix: 'Set service.name',
    service: 'user',
    occurrences: 1,
    spans: [],
    key: values.rule ?? 'D01',
    ignored: false,
    ...values,
  };
}

const ALL = { text: '', severity: '', service: '', ignored: false };
const FINDINGS = [
  finding({ rule: 'D16', severity: 'info' }),
  finding({ rule: 'D01', occurrences: 2 }),
  finding({ rule: 'D08', occurrences: 40, service: 'order', evidence: '40 queries' }),
  finding({ rule: 'D03', severity: 'error', service: null }),
  finding({ rule: 'D02', severity: 'error', ignored: true }),
];
const rules = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);

describe('the findings', () => {
  it('have the worst first, and the most frequent of them', () => {
    expect(rules(filterFindings(FINDINGS, ALL))).toEqual(['D03', 'D08', 'D01', 'D16']);
  });

  it('are narrowed down by severity, service and words', () => {
    expect(rules(filterFindings(FINDINGS, { ...ALL, severity: 'warning' }))).toEqual(['D08', 'D01']);
    expect(rules(filterFindings(FINDINGS, { ...ALL, service: 'order' }))).toEqual(['D08']);
    expect(rules(filterFindings(FINDINGS, { ...ALL, text: 'Queries order' }))).toEqual(['D08']);
  });

  it('show those that are ignored apart', () => {
    expect(rules(filterFindings(FINDINGS, { ...ALL, ignored: true }))).toEqual(['D02']);
    expect(countsOf(FINDINGS)).toEqual({ error: 1, warning: 2, info: 1 });
  });
});
