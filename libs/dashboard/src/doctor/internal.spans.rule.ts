import { KIND } from '../store/span.row.js';
import { count } from './figures.js';
import type { DoctorRule } from './doctor.rule.js';
import type { ExaminedSpan } from './examined.span.js';
import { Sightings } from './sightings.js';
import { grouped } from './grouped.js';

const MOST_INTERNAL = 10;
const MOST_SHORT = 20;
const SHORT_US = 5000;

/** D16. Instrumentation Score SPA-001 and SPA-005. */
export const internalSpansRule: DoctorRule = {
  id: 'D16',
  severity: 'info',
  title: 'Too many internal spans, or too short ones',
  about:
    'A service has more than 10 internal spans in one trace, or more than 20 of them below 5 ms. They cost more than they tell.',
  fix: "Nest: traces: { layers: { detail: 'events' } } for guards, pipes and interceptors (the default), a narrower autoTrace.include, @NoSpan() on small methods. Elsewhere: measure with events or metrics what takes no time.",
  examine: ({ sample }) => {
    const crowds = new Sightings<{ readonly internal: number; readonly short: number }>();
    for (const { spans } of sample.traces) {
      for (const [service, own] of internalByService(spans)) {
        const short = own.filter(({ columns }) => columns.durationUs < SHORT_US).length;
        const [first] = own;
        if (first !== undefined && (own.length > MOST_INTERNAL || short > MOST_SHORT))
          crowds.add(service, first, { internal: own.length, short });
      }
    }
    return crowds.diagnose(({ service, details }) => {
      const worst = details.reduce((a, b) => (b.internal > a.internal ? b : a));
      return {
        evidence: `${service} has up to ${worst.internal} internal spans in a trace, ${worst.short} of them below 5 ms; ${count(details.length, 'trace')} of this kind.`,
      };
    });
  },
};

function internalByService(spans: readonly ExaminedSpan[]): Map<string, ExaminedSpan[]> {
  const internal = spans.filter(({ columns }) => columns.kind === KIND.internal);
  return grouped(internal, ({ columns }) => columns.service);
}
