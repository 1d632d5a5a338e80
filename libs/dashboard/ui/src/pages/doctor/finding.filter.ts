import type { Finding } from '../../../../src/api/api.types.ts';

const RANK: Readonly<Record<Finding['severity'], number>> = { error: 0, warning: 1, info: 2 };

export interface FindingFilter {
  readonly text: string;
  readonly severity: string;
  readonly service: string;
  /** Shows those that are ignored rather than the others. */
  readonly ignored: boolean;
}

/** The findings that pass a filter: the worst first, and the most frequent of them first. */
export function filterFindings(findings: readonly Finding[], filter: FindingFilter): Finding[] {
  const words = filter.text.toLowerCase().split(/\s+/u).filter(Boolean);
  return findings
    .filter((finding) => {
      if (finding.ignored !== filter.ignored) return false;
      if (filter.severity !== '' && finding.severity !== filter.severity) return false;
      if (filter.service !== '' && finding.service !== filter.service) return false;
      const { rule, title, evidence, fix, service } = finding;
      const shown = [rule, title, evidence, fix, service].join(' ').toLowerCase();
      return words.every((word) => shown.includes(word));
    })
    .toSorted(
      (a, b) =>
        RANK[a.severity] - RANK[b.severity] || b.occurrences - a.occurrences || a.rule.localeCompare(b.rule),
    );
}

/** How many there are of each severity that nobody ignores. */
export function countsOf(findings: readonly Finding[]): Readonly<Record<Finding['severity'], number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity, ignored } of findings) if (!ignored) counts[severity] += 1;
  return counts;
}
