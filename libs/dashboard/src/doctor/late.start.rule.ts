import { KIND } from '../store/span.row.js';
import { numberIn } from '../query/row.values.js';
import { count } from './figures.js';
import type { DoctorRule, Examination } from './doctor.rule.js';
import type { ExaminedSpan } from './examined.span.js';
import { Sightings } from './sightings.js';

const LEAST_SPANS = 3;
/** Scopes of what runs only inside of a request. */
const INSIDE_REQUESTS =
  /instrumentation-(?:nestjs-core|express|fastify|koa|hapi|router|connect)\b|^@fastify\/otel$/u;

/** D15. */
export const lateStartRule: DoctorRule = {
  id: 'D15',
  severity: 'error',
  title: 'The SDK was loaded too late',
  about:
    'A service has spans from inside of requests (its framework’s, or those of its controllers) that have no parent, and no server span at all in the window: HTTP was loaded before the SDK could instrument it.',
  fix: 'Nest: TelemetryModule.forRoot() sees requests whatever was imported first; with further instrumentations start with node --import nest-telemetry/register. Elsewhere: start the SDK in a file of its own with --import, before anything that uses HTTP.',
  examine: (examination) => {
    const headless = new Sightings<string>();
    for (const span of examination.sample.spans) {
      const { parentId, kind, service, scope, name } = span.columns;
      if (parentId === null && kind === KIND.internal && isInsideRequest(span))
        headless.add(service, span, `${name} (${scope})`);
    }
    return headless.diagnose(({ service, details, first }) => {
      if (details.length < LEAST_SPANS || servedAny(examination, service)) return undefined;
      return {
        evidence: `${count(details.length, 'span')} from inside of requests to ${service} have no parent, e.g. ${first}, and there is no server span of ${service}.`,
      };
    });
  },
};

function isInsideRequest(span: ExaminedSpan): boolean {
  return (
    INSIDE_REQUESTS.test(span.columns.scope) || span.text('nestjs.controller', 'http.route') !== undefined
  );
}

function servedAny({ store: { database }, fromUs, toUs }: Examination, service: string): boolean {
  const row = database
    .prepare(
      'SELECT EXISTS (SELECT 1 FROM span WHERE kind IN (2, 5) AND start_us BETWEEN ? AND ? AND service = (SELECT id FROM word WHERE text = ?)) AS served',
    )
    .get(fromUs, toUs, service);
  return numberIn(row ?? {}, 'served') === 1;
}
