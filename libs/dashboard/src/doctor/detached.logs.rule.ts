import { KIND } from '../store/span.row.js';
import { count } from './figures.js';
import type { DoctorRule, Examination } from './doctor.rule.js';
import type { ExaminedSpan } from './examined.span.js';
import { newest } from './sightings.js';
import { grouped } from './grouped.js';

const LEAST_LOGS = 5;
const LEAST_SHARE = 0.5;

interface Seen {
  detached: number;
  attached: number;
  readonly during: Set<ExaminedSpan>;
}

/** D11. */
export const detachedLogsRule: DoctorRule = {
  id: 'D11',
  severity: 'warning',
  title: 'Logs of requests without a trace id',
  about:
    'Of what a service logged while it served requests, five records or more, and at least half, have no trace id: they cannot be found from the trace.',
  fix: "Nest: app.useLogger(app.get(TelemetryLogger)), pinoTelemetry() for pino, or winstonTelemetry() for winston. Elsewhere: an instrumentation of the logger, and log where the request's context is active.",
  examine: (examination) => {
    const requests = requestsByService(examination);
    const seen = new Map<string, Seen>();
    for (const log of examination.logs) {
      const running = runningAt(requests.get(log.service), log.timeUs);
      if (running === undefined || log.event.startsWith('nestjs.app.')) continue;
      const entry = seen.get(log.service) ?? { detached: 0, attached: 0, during: new Set() };
      seen.set(log.service, entry);
      if (log.traceId !== null) entry.attached += 1;
      else {
        entry.detached += 1;
        entry.during.add(running);
      }
    }
    return [...seen].flatMap(([service, { detached, attached, during }]) => {
      const total = detached + attached;
      if (detached < LEAST_LOGS || detached / total < LEAST_SHARE) return [];
      const evidence = `${detached} of ${count(total, 'log record')} that ${service} wrote while it served requests had no trace id.`;
      return { key: service, service, evidence, occurrences: detached, spans: newest([...during]) };
    });
  },
};

/** Server spans by service, by their start. */
function requestsByService({ sample }: Examination): Map<string, ExaminedSpan[]> {
  const requests = sample.spans
    .filter(({ columns }) => columns.kind === KIND.server)
    .toSorted((a, b) => a.columns.startUs - b.columns.startUs);
  return grouped(requests, ({ columns }) => columns.service);
}

/** The request that began last before a moment, if it was still going on. */
function runningAt(requests: readonly ExaminedSpan[] | undefined, timeUs: number): ExaminedSpan | undefined {
  const last = requests?.findLast(({ columns }) => columns.startUs <= timeUs);
  return last !== undefined && last.endUs >= timeUs ? last : undefined;
}
