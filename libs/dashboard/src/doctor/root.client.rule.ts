import { KIND } from '../store/span.row.js';
import { count } from './figures.js';
import type { DoctorRule } from './doctor.rule.js';
import { Sightings } from './sightings.js';

/** D04. Instrumentation Score SPA-004. */
export const rootClientRule: DoctorRule = {
  id: 'D04',
  severity: 'info',
  title: 'Calls that belong to nothing',
  about:
    'Traces that begin with a client span: what made the call has no span, or the context was lost on the way to it.',
  fix: "Nest: put @Span() on what calls (jobs of @nestjs/schedule and BullMQ, event listeners and hooks at start have spans by themselves), or wrap it in runInSpan(). After a pool, an emitter or a queue of one's own, carry the context along: context.bind(context.active(), callback).",
  examine: ({ sample }) => {
    const calls = new Sightings<string>();
    for (const span of sample.spans) {
      const { kind, parentId, service, name } = span.columns;
      if (kind === KIND.client && parentId === null) calls.add(service, span, name);
    }
    return calls.diagnose(({ service, details }) => ({
      evidence: `${count(details.length, 'trace')} of ${service} began with a client span: ${[...new Set(details)].slice(0, 3).join(', ')}.`,
    }));
  },
};
