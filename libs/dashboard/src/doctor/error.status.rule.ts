import { KIND } from '../store/span.row.js';
import { count } from './figures.js';
import type { Diagnosis, DoctorRule, Examination } from './doctor.rule.js';
import type { ExaminedSpan } from './examined.span.js';
import { Sightings } from './sightings.js';
import type { ExaminedTrace } from './span.sample.js';

const DEEPEST = 50;

/** D10. */
export const errorStatusRule: DoctorRule = {
  id: 'D10',
  severity: 'warning',
  title: 'Failures that are not marked as errors',
  about:
    'A server span was answered with 500 or more without error status, or a span recorded an exception and has no status although no answer of a server tells how it ended. Searches for errors do not find these.',
  fix: 'Nest: throw, instead of writing the status by hand, or let traces.http.isError say what an error is. Elsewhere: span.setStatus({ code: SpanStatusCode.ERROR }) beside recordException().',
  examine: (examination) => [...unmarkedAnswers(examination), ...unmarkedExceptions(examination)],
};

function unmarkedAnswers({ sample }: Examination): Diagnosis[] {
  const answers = new Sightings<number>();
  for (const span of sample.spans) {
    const { kind, httpStatus, service } = span.columns;
    if (kind === KIND.server && httpStatus !== null && httpStatus >= 500 && !span.isError)
      answers.add(`status ${service}`, span, httpStatus);
  }
  return answers.diagnose(({ service, details }) => ({
    evidence: `${count(details.length, 'answer')} of ${service} with ${[...new Set(details)].join(', ')} had no error status.`,
  }));
}

function unmarkedExceptions({ sample }: Examination): Diagnosis[] {
  const exceptions = new Sightings<string>();
  for (const trace of sample.traces) {
    for (const span of trace.spans) {
      const { status, service, eventsText } = span.columns;
      if (status !== 0 || eventsText?.includes('"exception"') !== true || isAnswered(span, trace)) continue;
      const exception = span.events.find(({ name }) => name === 'exception');
      if (exception === undefined) continue;
      const type = exception.attributes['exception.type'];
      exceptions.add(`exception ${service}`, span, typeof type === 'string' ? type : 'an exception');
    }
  }
  return exceptions.diagnose(({ service, details }) => ({
    evidence: `${count(details.length, 'span')} of ${service} recorded ${[...new Set(details)].slice(0, 3).join(', ')} and had no status.`,
  }));
}

/** Whether the request it is part of has an answer that tells: below 500 it is no error, above it is told of already. */
function isAnswered(span: ExaminedSpan, { byId }: ExaminedTrace): boolean {
  let each: ExaminedSpan | undefined = span;
  for (let level = 0; each !== undefined && level < DEEPEST; level += 1) {
    if (each.columns.kind === KIND.server) return each.columns.httpStatus !== null;
    each = byId.get(each.columns.parentId ?? '');
  }
  return false;
}
