import { KIND } from '../store/span.row.js';
import { count } from './figures.js';
import type { DoctorRule } from './doctor.rule.js';
import type { ExaminedSpan } from './examined.span.js';
import { Sightings } from './sightings.js';

/** D06. */
export const doubleInstrumentationRule: DoctorRule = {
  id: 'D06',
  severity: 'warning',
  title: 'Two instrumentations make spans of the same thing',
  about:
    'A server span inside of a server span of the same service for the same method and path, or a client span inside of a client span for the same address. Requests and calls are counted twice.',
  fix: 'nest-telemetry makes these spans by itself: take instrumentation-http, -undici, -express, -fastify and -nestjs-core out of `instrumentations` and of --import files. Elsewhere: register each instrumentation once, and start one SDK only.',
  examine: ({ sample }) => {
    const doubles = new Sightings<readonly [outer: string, inner: string]>();
    for (const { spans, byId } of sample.traces) {
      for (const span of spans) {
        const { kind, parentId, service, scope } = span.columns;
        const parent = parentId === null ? undefined : byId.get(parentId);
        if (parent === undefined || parent === span || parent.columns.kind !== kind) continue;
        if (parent.columns.service !== service || !isSame(parent, span)) continue;
        doubles.add(`${service} ${kind}`, span, [parent.columns.scope, scope]);
      }
    }
    return doubles.diagnose(({ service, details, first: [outer, inner] }) => ({
      evidence: `${count(details.length, 'span')} of ${service} came twice: one is made by ${outer || 'a nameless scope'}, the other by ${inner || 'a nameless scope'}.`,
    }));
  },
};

function isSame(outer: ExaminedSpan, inner: ExaminedSpan): boolean {
  const [one, other] = [outer, inner].map(whatOf);
  return one !== undefined && one === other;
}

/** What a request or call is for; undefined for spans of which that is not known, such as queries. */
function whatOf(span: ExaminedSpan): string | undefined {
  const { kind, method } = span.columns;
  if (method === null) return undefined;
  if (kind === KIND.client) {
    const url = span.text('url.full', 'http.url');
    return url === undefined ? undefined : `${method} ${url}`;
  }
  const path = kind === KIND.server ? span.text('url.path', 'http.target') : undefined;
  return path === undefined ? undefined : `${method} ${path.split('?', 1)[0] ?? ''}`;
}
