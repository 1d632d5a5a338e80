import { KIND } from '../store/span.row.js';
import { count, duration } from './figures.js';
import type { DoctorRule } from './doctor.rule.js';
import type { ExaminedSpan } from './examined.span.js';
import { queryOf, serialRuns } from './serial.spans.js';
import { Sightings } from './sightings.js';
import { grouped } from './grouped.js';

const LEAST_QUERIES = 5;

interface Repetition {
  readonly query: string;
  readonly times: number;
  readonly totalUs: number;
  readonly parent: string;
}

/** D08. */
export const repeatedQueryRule: DoctorRule = {
  id: 'D08',
  severity: 'warning',
  title: 'The same query again and again (N+1)',
  about: 'Five or more queries that differ in their values only, one after the other, under the same span.',
  fix: 'Ask once for all: a join or `relations` in TypeORM, `include` in Prisma, `WHERE id IN (…)`, or a DataLoader in GraphQL resolvers.',
  examine: ({ sample }) => {
    const repetitions = new Sightings<Repetition>();
    for (const { children, byId } of sample.traces) {
      for (const [parentId, siblings] of children) {
        for (const [query, spans] of byQuery(siblings)) {
          const [longest] = serialRuns(spans, Infinity).toSorted((a, b) => b.length - a.length);
          const [first] = longest ?? [];
          if (longest === undefined || first === undefined || longest.length < LEAST_QUERIES) continue;
          const parent = byId.get(parentId)?.columns.name ?? 'a span that is not here';
          repetitions.add(`${first.columns.service} ${parent} ${query}`, first, {
            query,
            times: longest.length,
            totalUs: longest.reduce((sum, { columns }) => sum + columns.durationUs, 0),
            parent,
          });
        }
      }
    }
    return repetitions.diagnose(({ service, details, first: { query, parent } }) => {
      const worst = details.reduce((a, b) => (b.times > a.times ? b : a));
      return {
        evidence: `${parent} of ${service} sent one query up to ${worst.times} times in a row (${duration(worst.totalUs)}), in ${count(details.length, 'run')}: ${query}`,
      };
    });
  },
};

function byQuery(siblings: readonly ExaminedSpan[]): Map<string, ExaminedSpan[]> {
  if (siblings.length < LEAST_QUERIES) return new Map();
  const calls = siblings.filter(({ columns }) => columns.kind === KIND.client);
  const queries = grouped(calls, (span) => queryOf(span) ?? '');
  queries.delete('');
  return queries;
}
