import { KIND } from '../store/span.row.js';
import { count } from './figures.js';
import type { DoctorRule } from './doctor.rule.js';
import type { ExaminedSpan } from './examined.span.js';
import { Sightings } from './sightings.js';
import type { ExaminedTrace } from './span.sample.js';
import { grouped } from './grouped.js';

/** Clocks of one machine differ by less, and so do the two ends of one call. */
const TOLERANCE_US = 2000;

/** D03. */
export const brokenPropagationRule: DoctorRule = {
  id: 'D03',
  severity: 'error',
  title: 'The trace does not go on in the called service',
  about:
    'A client span has no child, while the service it called began a trace of its own for the same method and path within the call: `traceparent` was not sent, or not read.',
  fix: "Nest caller: add the host to propagation.outboundHosts (only local hosts get context by default), and check that propagators agree (OTEL_PROPAGATORS). Nest callee: propagation.inbound must not be 'restart' for this caller. Elsewhere: instrument the HTTP client, and let proxies pass traceparent on.",
  examine: ({ sample }) => {
    const begun = beginnings(sample.traces);
    const broken = new Sightings<{ readonly callee: string; readonly what: string }>();
    for (const { spans, children } of sample.traces) {
      for (const span of spans) {
        if (span.columns.kind !== KIND.client || children.has(span.columns.spanId)) continue;
        const key = callOf(span);
        const answer = key === undefined ? undefined : begun.get(key)?.find((root) => answers(root, span));
        if (key === undefined || answer === undefined) continue;
        const callee = answer.columns.service;
        broken.add(`${span.columns.service} ${callee}`, span, { callee, what: key });
      }
    }
    return broken.diagnose(({ service, details, first: { callee, what } }) => ({
      evidence: `${count(details.length, 'call')} of ${service} to ${callee} ended at the client span, and ${callee} began a new trace for each, e.g. ${what}.`,
    }));
  },
};

/** The server spans without a parent, by what was asked for. */
function beginnings(traces: readonly ExaminedTrace[]): Map<string | undefined, ExaminedSpan[]> {
  const roots = traces
    .flatMap(({ spans }) => spans)
    .filter(({ columns }) => columns.kind === KIND.server && columns.parentId === null);
  return grouped(roots, (span) => requestOf(span.columns.method, span.text('url.path', 'http.target')));
}

function callOf(span: ExaminedSpan): string | undefined {
  const full = span.text('url.full', 'http.url');
  const path = full !== undefined && URL.canParse(full) ? new URL(full).pathname : span.text('url.path');
  return requestOf(span.columns.method, path);
}

function requestOf(method: string | null, path: string | undefined): string | undefined {
  return method === null || path === undefined ? undefined : `${method} ${path.split('?', 1)[0] ?? ''}`;
}

/** Whether a server span lies in a call that may be its cause. */
function answers(root: ExaminedSpan, call: ExaminedSpan): boolean {
  const isWithin =
    root.columns.startUs >= call.columns.startUs - TOLERANCE_US && root.columns.startUs <= call.endUs;
  const [asked, served] = [call, root].map(({ attributes }) => attributes['server.port']);
  return isWithin && (asked === undefined || served === undefined || asked === served);
}
