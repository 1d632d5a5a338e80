import { wordToken } from '../store/tokens.js';
import { jsonIn, numberIn, textIn, textOrNull } from '../query/row.values.js';
import { count } from './figures.js';
import type { Diagnosis, DoctorRule, Examination } from './doctor.rule.js';

const CODES = ['NT_SPAN_PENDING', 'NT_SPAN_NEVER_ENDED'] as const;
const WARNING = /\[(NT_SPAN_PENDING|NT_SPAN_NEVER_ENDED)\] Span (.+?) (?:has not|was never) ended(.*)/su;
const PLACE = /started (?:[\d.]+ s ago )?at (\S+:\d+:\d+)/u;
const MOST_WARNINGS = 500;
const SHOWN = 5;

interface Unended {
  readonly service: string;
  readonly name: string;
  /** Where it was started, if that was told. */
  readonly place: string;
  readonly spans: { readonly traceId: string; readonly spanId: string; readonly name: string }[];
  times: number;
}

/** D05. */
export const unendedRule: DoctorRule = {
  id: 'D05',
  severity: 'error',
  title: 'Spans that are never ended',
  about:
    'A program announced a span that has been open for long (`NT_SPAN_PENDING`) and that has not come since, or says that it was dropped without being ended (`NT_SPAN_NEVER_ENDED`).',
  fix: 'End it on every path, also when an error is thrown: runInSpan() and @Span() do so for functions, promises, Observables and iterators. The line that started it is told with traces: { hygiene: { explain: true, announceMillis: 30_000 } }.',
  examine: (examination) => {
    const unended = new Map<string, Unended>();
    for (const warning of warningsOf(examination)) {
      const { service, name, place, span } = warning;
      const key = `${service} ${name}`;
      const entry = unended.get(key) ?? { service, name, place, spans: [], times: 0 };
      unended.set(key, entry);
      entry.times += 1;
      if (span !== undefined && entry.spans.length < SHOWN) entry.spans.push({ ...span, name });
    }
    return [...unended].map(([key, { service, name, place, spans, times }]): Diagnosis => ({
      key,
      service,
      evidence: `${service} told ${count(times, 'time')} of a span ${name} that does not end${place}.`,
      occurrences: times,
      spans,
    }));
  },
};

/** The warnings of the library in the log, the newest first, but for those about spans that came after all. */
function* warningsOf({ store, fromUs, toUs, traceId }: Examination) {
  const rows = store.database
    .prepare(
      `SELECT l.body, l.trace_id, l.span_id, w.text AS service FROM log l JOIN word w ON w.id = l.service
       WHERE l.id IN (SELECT value FROM json_each(?))
       AND l.time_us BETWEEN ? AND ? AND (? IS NULL OR l.trace_id = ?) ORDER BY l.id DESC`,
    )
    .all(
      JSON.stringify(
        store.logTokens.newest(
          CODES.map((code) => `"${wordToken(code)}"`).join(' OR '),
          Number.MAX_SAFE_INTEGER,
          MOST_WARNINGS,
        ),
      ),
      fromUs,
      toUs,
      traceId ?? null,
      traceId ?? null,
    );
  const arrived = store.database.prepare(
    'SELECT 1 AS found FROM span s JOIN trace t ON t.tid = s.tid WHERE t.trace_id = ? AND s.span_id = ? LIMIT 1',
  );
  for (const row of rows) {
    const [, code, name, rest] = WARNING.exec(jsonIn(row, 'body', '')) ?? [];
    if (code === undefined || name === undefined) continue;
    const [at, spanId] = [textOrNull(row, 'trace_id'), textOrNull(row, 'span_id')];
    const isAnnounced = code === 'NT_SPAN_PENDING' && at !== null && spanId !== null;
    if (isAnnounced && numberIn(arrived.get(at, spanId) ?? {}, 'found') === 1) continue;
    const [, place] = PLACE.exec(rest ?? '') ?? [];
    yield {
      service: textIn(row, 'service'),
      name,
      place: place === undefined ? '' : `; it was started at ${place}`,
      span: isAnnounced ? { traceId: at, spanId } : undefined,
    };
  }
}
