import { KIND } from '../store/span.row.js';
import { count, duration } from './figures.js';
import type { DoctorRule } from './doctor.rule.js';
import type { ExaminedSpan } from './examined.span.js';
import { queryOf, serialRuns } from './serial.spans.js';
import { Sightings } from './sightings.js';

const LEAST_CALLS = 3;
/** Between calls that only wait for each other nothing is computed. */
const LARGEST_GAP_US = 2000;
const LEAST_SAVED_US = 20_000;

/** D09. */
export const sequentialCallsRule: DoctorRule = {
  id: 'D09',
  severity: 'info',
  title: 'Calls that may not have to wait for each other',
  about:
    'Three or more different calls that only read (GET, HEAD, SELECT) follow each other without a pause under the same span, and 20 ms or more could be saved. Whether one needs the answer of another, only the code knows.',
  fix: 'If none needs the answer of another: await Promise.all([first(), second(), third()]), or combineLatest/forkJoin for Observables.',
  examine: ({ sample }) => {
    const chains = new Sightings<{ readonly calls: readonly string[]; readonly savedUs: number }>();
    for (const { children, byId } of sample.traces) {
      for (const [parentId, siblings] of children) {
        if (siblings.length < LEAST_CALLS) continue;
        for (const run of serialRuns(siblings.filter(isClient), LARGEST_GAP_US)) {
          const calls = run.map(readOf);
          // One that writes divides what is before it from what is after it; most such runs are better left alone.
          if (calls.includes(undefined) || new Set(calls).size < LEAST_CALLS) continue;
          const times = run.map(({ columns }) => columns.durationUs);
          const savedUs = times.reduce((sum, time) => sum + time, 0) - Math.max(...times);
          const parent = byId.get(parentId) ?? run[0];
          if (savedUs < LEAST_SAVED_US || parent === undefined) continue;
          const names = run.map(({ columns }) => columns.name);
          const { service, name } = parent.columns;
          chains.add(`${service} ${name}`, parent, { calls: names, savedUs });
        }
      }
    }
    return chains.diagnose(({ service, details, first: { calls } }) => {
      const saved = Math.max(...details.map(({ savedUs }) => savedUs));
      return {
        evidence: `${service} made ${count(calls.length, 'call')} one after the other (${calls.slice(0, 4).join(', ')}${calls.length > 4 ? ', …' : ''}); up to ${duration(saved)} could be saved.`,
      };
    });
  },
};

function isClient({ columns }: ExaminedSpan): boolean {
  return columns.kind === KIND.client;
}

/** What a call reads; undefined if it may change something. */
function readOf(span: ExaminedSpan): string | undefined {
  const query = queryOf(span);
  if (query !== undefined) return /^\(?\s*(select|get|find|count)\b/iu.test(query) ? query : undefined;
  const { method } = span.columns;
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  return `${method} ${span.text('url.full', 'http.url') ?? span.columns.name}`;
}
