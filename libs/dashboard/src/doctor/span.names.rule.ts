import { KIND } from '../store/span.row.js';
import { count } from './figures.js';
import type { Diagnosis, DoctorRule, Examination } from './doctor.rule.js';
import { Sightings } from './sightings.js';

const LEAST_REQUESTS = 3;
const LEAST_NAMES = 10;
const VARIABLE = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{16,}\b|\d+/giu;

/** D07. Instrumentation Score SPA-003. */
export const spanNamesRule: DoctorRule = {
  id: 'D07',
  severity: 'warning',
  title: 'Requests without a route, or names without end',
  about:
    'Three or more HTTP server spans of a service have no `http.route` although they were answered with something else than 404 or 405, or ten or more span names of a service differ in ids and numbers only. Neither can be summed up by route.',
  fix: 'Nest: answer from a controller, whose template is the route; what middleware answers (files, other routers) can be left out with traces.http.ignore. Names by traces.http.spanName, @Span() and runInSpan() take no ids: put those into attributes. Elsewhere: set http.route, and make names of templates.',
  examine: (examination) => [...withoutRoute(examination), ...endlessNames(examination)],
};

function withoutRoute({ sample }: Examination): Diagnosis[] {
  const requests = new Sightings<string>();
  for (const span of sample.spans) {
    const { kind, method, route, httpStatus, service } = span.columns;
    if (kind !== KIND.server || method === null || route !== null || method === 'OPTIONS') continue;
    if (httpStatus === 404 || httpStatus === 405) continue;
    requests.add(`route ${service}`, span, `${method} ${span.text('url.path', 'http.target') ?? ''}`.trim());
  }
  return requests.diagnose(({ service, details }) => {
    if (details.length < LEAST_REQUESTS) return undefined;
    const some = [...new Set(details)].slice(0, 3).join(', ');
    return { evidence: `${count(details.length, 'request')} to ${service} came without a route: ${some}.` };
  });
}

function endlessNames({ sample }: Examination): Diagnosis[] {
  const names = new Sightings<string>();
  for (const span of sample.spans) {
    const { name, service } = span.columns;
    const template = name.replaceAll(VARIABLE, '*');
    if (template !== name) names.add(`names ${service} ${template}`, span, name);
  }
  return names.diagnose(({ service, details }) => {
    const distinct = [...new Set(details)];
    if (distinct.length < LEAST_NAMES) return undefined;
    return {
      evidence: `${distinct.length} span names of ${service} differ in a value only: ${distinct.slice(0, 3).join(', ')}.`,
    };
  });
}
